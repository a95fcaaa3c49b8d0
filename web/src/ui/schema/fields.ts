/**
 * What a form asks for, read from a JSON schema as the connectors declare them (JSON Schema 2020-12, as Pydantic
 * writes it). Where a field may be several things, it is drawn as the first of them that can be drawn.
 */

import { isUnit, type Unit } from '../../lib/measures';

export type JsonSchema = Record<string, unknown>;

export type FieldKind = 'text' | 'date' | 'lines' | 'secret' | 'number' | 'switch' | 'choice' | 'map' | 'list' | 'file' | 'json';

export interface Option {
  value: string;
  label: string;
  /** From the description, where it explains each value. */
  explanation: string;
}

export interface Field {
  name: string;
  label: string;
  description: string;
  kind: FieldKind;
  isRequired: boolean;
  /** Empty is sent as `null`. */
  isNullable: boolean;
  isInteger: boolean;
  isMultiline: boolean;
  /** What a number counts: then it is told and taken in larger steps, too, as in `2 MB`. */
  unit?: Unit;
  preset: unknown;
  example: string;
  options: Option[];
  min?: number;
  max?: number;
  maxLength?: number;
  /** Of lists: what each item is. */
  itemsAre: 'text' | 'integer';
  /** Of maps: whether values may be anything that JSON can say. */
  valuesAreJson: boolean;
  /** Without a meaning unless other fields have one of these values. */
  onlyWith: ReadonlyMap<string, readonly string[]>;
}

export function readFields(schema: JsonSchema): Field[] {
  const required = new Set(listOf(schema.required));
  const definitions = recordOf(schema.$defs);
  return Object.entries(recordOf(schema.properties)).map(([name, property]) =>
    readField(name, recordOf(property), required.has(name), definitions),
  );
}

export type Bounded = Field & { unit: Unit; min: number; max: number };

/** Whether a form says how small and large a measure may be, in the words in which it is entered. */
export function isBounded(field: Field): field is Bounded {
  return field.unit !== undefined && field.min !== undefined && field.max !== undefined;
}

/** Whether a field has a meaning beside what the others are filled in with. */
export function hasMeaning(field: Field, filledIn: Readonly<Record<string, unknown>>): boolean {
  return [...field.onlyWith].every(([other, values]) => values.includes(textOf(filledIn[other])));
}

function readField(name: string, property: JsonSchema, isRequired: boolean, definitions: JsonSchema): Field {
  const ways = waysOf(property, definitions);
  const drawn = ways.map((way) => ({ way, kind: kindOf(way, property, definitions) }));
  const { way, kind } = drawn.find((one) => one.kind !== 'json') ?? { way: property, kind: 'json' as const };
  const description = textOf(property.description);
  const chosen = kind === 'list' ? recordOf(way.items) : way;
  const values = listOf(chosen.enum);
  const labels = listOf(chosen.enumNames);
  const { general, byValue } = explanations(description, values);
  return {
    name,
    label: textOf(property.title) || wordsOf(name),
    description: general,
    kind,
    isRequired,
    isNullable: waysOf(property, definitions, true).some((one) => one.type === 'null'),
    isInteger: way.type === 'integer',
    isMultiline: way.multiline === true || property.multiline === true,
    unit: [property.unit, way.unit].find(isUnit),
    preset: property.default,
    example: listOf(property.examples ?? way.examples)[0] ?? '',
    options: values.map((value, place) => ({
      value,
      label: labels[place] ?? wordsOf(value),
      explanation: byValue.get(value) ?? '',
    })),
    min: numberOf(way.minimum),
    max: numberOf(way.maximum),
    maxLength: numberOf(way.maxLength),
    itemsAre: recordOf(way.items).type === 'integer' ? 'integer' : 'text',
    valuesAreJson: recordOf(way.additionalProperties).type !== 'string',
    onlyWith: new Map(Object.entries(recordOf(property.only_with)).map(([other, values]) => [other, listOf(values)])),
  };
}

/** What it may be: the branches of `anyOf`, references followed; `null` only if asked for. */
function waysOf(property: JsonSchema, definitions: JsonSchema, withNull = false): JsonSchema[] {
  const branches = listOfRecords(property.anyOf);
  const ways = (branches.length > 0 ? branches : [property]).map((one) => follow(one, definitions));
  return withNull ? ways : ways.filter((one) => one.type !== 'null');
}

function follow(schema: JsonSchema, definitions: JsonSchema): JsonSchema {
  const target = textOf(schema.$ref).replace('#/$defs/', '');
  return target ? { ...recordOf(definitions[target]), ...schema } : schema;
}

function kindOf(way: JsonSchema, property: JsonSchema, definitions: JsonSchema): FieldKind {
  if (way.writeOnly === true) return 'secret';
  if (Array.isArray(way.enum)) return 'choice';
  switch (way.type) {
    case 'string':
      if (way.format === 'date') return 'date';
      return way.multiline === true || property.multiline === true ? 'lines' : 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'switch';
    case 'array': {
      const items = follow(recordOf(way.items), definitions);
      return items.type === 'string' || items.type === 'integer' ? 'list' : 'json';
    }
    case 'object':
      return objectKind(way, definitions);
    default:
      return 'json';
  }
}

function objectKind(way: JsonSchema, definitions: JsonSchema): FieldKind {
  const properties = recordOf(way.properties);
  if ('base64' in properties && 'name' in properties) return 'file';
  if (Object.keys(properties).length > 0 || typeof way.additionalProperties !== 'object') return 'json';
  const values = follow(recordOf(way.additionalProperties), definitions);
  const isAnything = Object.keys(values).filter((key) => key !== '$ref').length === 0;
  const isScalar = listOfRecords(values.anyOf).some((one) => one.type === 'string');
  return values.type === 'string' || isScalar || (isAnything && typeof recordOf(way.additionalProperties).$ref === 'string')
    ? 'map'
    : 'json';
}

/** Tells `start: encrypted from the beginning. none: not encrypted.` apart into what is said of each value. */
function explanations(description: string, values: string[]): { general: string; byValue: Map<string, string> } {
  const starts = values
    .map((value) => ({ value, at: ` ${description}`.indexOf(` ${value}: `) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at);
  const first = starts[0];
  if (!first || starts.length < values.length) return { general: description, byValue: new Map() };
  const byValue = new Map(
    starts.map(({ value, at }, place): [string, string] => {
      const text = description.slice(at, starts[place + 1]?.at).trim();
      return [value, upperFirst(text.slice(value.length + 1).trim())];
    }),
  );
  return { general: description.slice(0, first.at).trim(), byValue };
}

/** As in `Encrypt only` for `encrypt_only`; what is all upper case stays. */
export function wordsOf(name: string): string {
  return upperFirst(name.replaceAll('_', ' '));
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function recordOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
}

function listOfRecords(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
