/** Putting a step into a definition, and what its arguments begin as. Pure. */

import { recordOf } from '../../../ui/schema/fields';

type Json = Record<string, unknown>;

export interface NewStep {
  name: string;
  /** As in `http.request` or `openapi.listTickets`. */
  action: string;
  /** What it calls its connection. */
  connection: string;
  args: Json;
}

/** The states of the first level after which a step can come, in their order. */
export function placesIn(definition: Json): string[] {
  return Object.entries(recordOf(definition.States))
    .filter(([, state]) => typeof recordOf(state).Next === 'string' || recordOf(state).End === true)
    .map(([name]) => name);
}

export function namesIn(definition: Json): string[] {
  return Object.keys(recordOf(definition.States));
}

/** The definition with the step after a state, or at the beginning; what came there comes after it. */
export function withStep(definition: Json, step: NewStep, after: string | null): Json {
  const states = recordOf(definition.States);
  const before = after === null ? {} : recordOf(states[after]);
  const next = after === null ? definition.StartAt : before.Next;
  const isJsonata = definition.QueryLanguage === 'JSONata';
  const made = {
    Type: 'Task',
    Resource: `connection:${step.action}`,
    Credentials: { Connection: step.connection },
    [isJsonata ? 'Arguments' : 'Parameters']: step.args,
    ...(typeof next === 'string' && next !== '' ? { Next: next } : { End: true }),
  };
  if (after === null) return { ...definition, StartAt: step.name, States: { [step.name]: made, ...states } };
  const left = Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'End'));
  const changed = Object.entries(states).flatMap(([name, state]) =>
    name === after ? [[name, { ...left, Next: step.name }] as const, [step.name, made] as const] : [[name, state] as const],
  );
  return { ...definition, States: Object.fromEntries(changed) };
}

/** What is required of a schema, empty: to be filled in. References lead into its own definitions. */
export function skeletonOf(schema: unknown, root: unknown = schema, depth = 0): Json {
  const { properties, required } = recordOf(schema);
  const known = recordOf(properties);
  const names = Array.isArray(required) ? required.filter((one): one is string => typeof one === 'string') : [];
  return Object.fromEntries(names.map((name) => [name, emptyOf(known[name], root, depth + 1)]));
}

const DEEPEST = 6;

function emptyOf(schema: unknown, root: unknown, depth: number): unknown {
  const { default: preset, const: only, enum: choices, type, properties, $ref: reference, allOf: parts } = recordOf(schema);
  if (preset !== undefined) return preset;
  if (only !== undefined) return only;
  if (Array.isArray(choices) && choices.length > 0) return choices[0] as unknown;
  if (depth > DEEPEST) return null;
  if (typeof reference === 'string') return emptyOf(referred(reference, root), root, depth + 1);
  if (Array.isArray(parts) && parts.length === 1) return emptyOf(parts[0], root, depth + 1);
  const kind: unknown = Array.isArray(type) ? type[0] : type;
  switch (kind ?? (properties === undefined ? undefined : 'object')) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return skeletonOf(schema, root, depth);
    default:
      return null;
  }
}

/** What a reference inside a schema means (RFC 6901). */
function referred(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return undefined;
  const names = reference.split('/').slice(1).map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>((found, name) => recordOf(found)[name], root);
}
