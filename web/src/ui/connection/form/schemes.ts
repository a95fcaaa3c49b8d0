/** Ways to sign in, one or several joined: `api_key_header+basic`, with the fields `1.name`, `1.value`, `2.username` and so on. */

import type { Schemas } from '../../../api/client';
import { readFields, type Field } from '../../schema/fields';
import type { Drafts } from '../../schema/values';

const JOINT = '+';

export interface SignInPart {
  key: string;
  drafts: Drafts;
}

export function splitScheme(scheme: string): string[] {
  return scheme.split(JOINT);
}

/** What is filled in for a way to sign in; of several joined, the fields of all of them. */
export function fieldsOfScheme(connector: Schemas['Connector'], scheme: string): Field[] {
  const keys = splitScheme(scheme);
  return keys.flatMap((key, place) => {
    const fields = readFields(connector.schemes.find((one) => one.key === key)?.credentials ?? {});
    return keys.length === 1 ? fields : fields.map((field) => ({ ...field, name: prefixOf(place) + field.name }));
  });
}

export function titleOfScheme(connector: Schemas['Connector'] | undefined, scheme: string): string {
  const titles = new Map(connector?.schemes.map(({ key, title }) => [key, title]));
  return splitScheme(scheme)
    .map((key) => titles.get(key) ?? key)
    .join(', ');
}

/** What the fields of stored credentials are called; of several joined, with the way to sign in that they belong to. */
export function labelsOfScheme(connector: Schemas['Connector'] | undefined, scheme: string): Map<string, string> {
  if (!connector) return new Map();
  const keys = splitScheme(scheme);
  return new Map(
    fieldsOfScheme(connector, scheme).map(({ name, label }) => {
      const place = Number(name.split('.')[0]) - 1;
      return [name, keys.length === 1 ? label : `${titleOfScheme(connector, keys[place] ?? '')}: ${label}`];
    }),
  );
}

/** The fields of one part of what is joined. */
export function isOfPart(name: string, place: number): boolean {
  return name.startsWith(prefixOf(place));
}

/** What was typed, taken apart. */
export function takeApart(scheme: string, drafts: Drafts): SignInPart[] {
  const keys = splitScheme(scheme);
  if (keys.length === 1) return [{ key: scheme, drafts }];
  return keys.map((key, place) => {
    const own = Object.entries(drafts).filter(([name]) => isOfPart(name, place));
    return { key, drafts: Object.fromEntries(own.map(([name, draft]) => [name.slice(prefixOf(place).length), draft])) };
  });
}

/** And put together again. */
export function putTogether(parts: readonly SignInPart[]): { scheme: string; drafts: Drafts } {
  const scheme = parts.map(({ key }) => key).join(JOINT);
  if (parts.length === 1) return { scheme, drafts: parts[0]?.drafts ?? {} };
  const drafts = parts.flatMap((part, place) =>
    Object.entries(part.drafts).map(([name, draft]) => [prefixOf(place) + name, draft] as const),
  );
  return { scheme, drafts: Object.fromEntries(drafts) };
}

/**
 * The stored fields that stay with another way to sign in, by their names there: what is joined is each for itself, and
 * stays while others come and go. Of several of one kind it can't be told which of them is gone: then none stays.
 */
export function carriedFields(stored: string, scheme: string, names: readonly string[]): Set<string> {
  const here = splitScheme(stored);
  const there = splitScheme(scheme);
  const carried = new Set<string>();
  const taken = new Set<number>();
  here.forEach((key, place) => {
    if (count(here, key) > count(there, key)) return;
    const at = there.findIndex((one, index) => one === key && !taken.has(index));
    taken.add(at);
    for (const name of names) {
      if (here.length > 1 && !isOfPart(name, place)) continue;
      const own = here.length > 1 ? name.slice(prefixOf(place).length) : name;
      carried.add(there.length > 1 ? prefixOf(at) + own : own);
    }
  });
  return carried;
}

function count(keys: readonly string[], key: string): number {
  return keys.filter((one) => one === key).length;
}

function prefixOf(place: number): string {
  return `${place + 1}.`;
}
