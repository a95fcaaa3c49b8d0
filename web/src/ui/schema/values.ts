/** What is typed into a form, and what is sent of it. */

import { isBounded, type Field } from './fields';

export interface Row {
  name: string;
  value: string;
}

export interface FileDraft {
  name: string;
  media_type: string;
  base64: string;
}

/** `null` clears a secret that is set. */
export type Draft = string | number | boolean | string[] | Row[] | FileDraft | null | undefined;
export type Drafts = Record<string, Draft>;

export type Mistake = 'required' | 'json' | 'integers' | 'bounds';

/** What stands in a form at first: what is stored, else the default of the declaration. */
export function draftsOf(fields: readonly Field[], stored: Record<string, unknown> = {}): Drafts {
  return Object.fromEntries(fields.map((field) => [field.name, draftOf(field, stored[field.name] ?? field.preset)]));
}

function draftOf(field: Field, value: unknown): Draft {
  switch (field.kind) {
    case 'switch':
      return typeof value === 'boolean' ? value : field.isNullable ? undefined : false;
    case 'number':
      return typeof value === 'number' ? value : '';
    case 'map':
      return Object.entries(typeof value === 'object' && value !== null ? value : {}).map(([name, one]) => ({
        name,
        value: typeof one === 'string' ? one : JSON.stringify(one),
      }));
    case 'list':
      return Array.isArray(value) ? value.map(String) : [];
    case 'file':
      return null;
    case 'json':
      return value === undefined || value === null ? '' : JSON.stringify(value, null, 2);
    default:
      return typeof value === 'string' ? value : '';
  }
}

export interface ToSend {
  values: Record<string, unknown>;
  mistakes: Map<string, Mistake>;
}

/**
 * What a form says. What is empty is left out, or is `null` where the field may be: the server then takes its default.
 *
 * `kept` names the secrets that stay what they are if nothing is entered (C2: unchanged is left out, `null` clears).
 */
export function toSend(fields: readonly Field[], drafts: Drafts, kept: ReadonlySet<string> = new Set()): ToSend {
  const values: Record<string, unknown> = {};
  const mistakes = new Map<string, Mistake>();
  for (const field of fields) {
    const draft = drafts[field.name];
    if (kept.has(field.name) && (draft === '' || draft === undefined)) continue;
    if (kept.has(field.name) && draft === null) {
      values[field.name] = null;
      continue;
    }
    const { value, mistake } = read(field, draft);
    if (mistake) mistakes.set(field.name, mistake);
    else if (value !== undefined) values[field.name] = value;
    else if (field.isRequired) mistakes.set(field.name, 'required');
  }
  return { values, mistakes };
}

function read(field: Field, draft: Draft): { value?: unknown; mistake?: Mistake } {
  if (draft === undefined || draft === null) return {};
  switch (field.kind) {
    case 'map':
      return { value: readMap(field, draft as Row[]) };
    case 'list':
      return readList(field, draft as string[]);
    case 'json':
      return readJson(draft as string);
    case 'number':
      if (isBounded(field) && typeof draft === 'number' && (draft < field.min || draft > field.max)) return { mistake: 'bounds' };
      return draft === '' ? {} : { value: draft };
    case 'text':
    case 'lines':
      // An empty text is a value of its own where the declaration begins with another.
      if (draft === '' && typeof field.preset === 'string' && field.preset !== '' && !field.isRequired) return { value: '' };
      return draft === '' ? {} : { value: draft };
    default:
      return draft === '' ? {} : { value: draft };
  }
}

function readMap(field: Field, rows: Row[]): Record<string, unknown> | undefined {
  const named = rows.filter(({ name }) => name.trim() !== '');
  if (named.length === 0) return undefined;
  return Object.fromEntries(named.map(({ name, value }) => [name.trim(), field.valuesAreJson ? lenient(value) : value]));
}

/** Numbers, true, false, null, and what is written in quotes or brackets; everything else is text. */
function lenient(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function readList(field: Field, items: string[]): { value?: unknown; mistake?: Mistake } {
  if (items.length === 0) return {};
  if (field.itemsAre === 'text') return { value: items };
  const numbers = items.map(Number);
  return numbers.every(Number.isInteger) ? { value: numbers } : { mistake: 'integers' };
}

function readJson(text: string): { value?: unknown; mistake?: Mistake } {
  if (text.trim() === '') return {};
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { mistake: 'json' };
  }
}

/** The problems that a server found below `prefix`, by the name of the field: `details.port` is `port`. */
export function problemsOf(byField: ReadonlyMap<string, string>, prefix: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, message] of byField) {
    if (!path.startsWith(`${prefix}.`)) continue;
    // Of several ways to sign in that are joined, a field's own name begins with a number: `1.value`.
    const name = /^(\d+\.)?[^.]*/.exec(path.slice(prefix.length + 1))?.[0] ?? '';
    if (!found.has(name)) found.set(name, message);
  }
  return found;
}
