/** Who may call a method, as it is being put together. */

import type { Schemas } from '../../../api/client';
import type { Choice } from '../../../ui/Picker';

export type Described = Schemas['DescribedMethod'];
export type Level = Schemas['GrantLevel'];

export interface GrantDraft {
  level: Level;
  entries: Choice[];
  /** Null is as the effect suggests. */
  confirmation: boolean | null;
}

/** A method with the grant that it has, or would have. */
export interface Line {
  method: Described;
  grant: GrantDraft | null;
  /** Why it waits to be accepted; empty if it doesn't. */
  held: string;
  isChanged: boolean;
}

export function isWriting(method: Described): boolean {
  return method.effect !== 'read';
}

export function asksFirst(line: Line): boolean {
  return line.grant !== null && (line.grant.confirmation ?? line.method.confirmation_suggested);
}

/** As the API takes them: one change for all methods that get the same. */
export function toChanges(wanted: ReadonlyMap<string, GrantDraft | null>): Schemas['GrantChangeInput'][] {
  const changes = new Map<string, Schemas['GrantChangeInput'] & { methods: string[] }>();
  for (const [name, draft] of wanted) {
    const grant = draft && {
      level: draft.level,
      entries: draft.entries.map(({ id }) => id).sort(),
      confirmation: draft.confirmation,
    };
    const key = JSON.stringify(grant);
    const change = changes.get(key) ?? { methods: [], filter: null, grant };
    change.methods.push(name);
    changes.set(key, change);
  }
  return [...changes.values()];
}

export interface MethodFilters {
  search: string;
  verb: string | null;
  tag: string | null;
  effect: Schemas['Effect'] | null;
  granted: 'yes' | 'no' | 'held' | null;
}

export const NO_FILTERS: MethodFilters = { search: '', verb: null, tag: null, effect: null, granted: null };

export function fits({ method, grant, held }: Line, filters: MethodFilters): boolean {
  const text = `${method.name} ${method.label} ${method.summary} ${method.tags.join(' ')}`.toLocaleLowerCase();
  return (
    text.includes(filters.search.trim().toLocaleLowerCase()) &&
    (filters.verb === null || method.verb === filters.verb) &&
    (filters.tag === null || method.tags.includes(filters.tag)) &&
    (filters.effect === null || method.effect === filters.effect) &&
    (filters.granted === null || filters.granted === stateOf(grant, held))
  );
}

function stateOf(grant: GrantDraft | null, held: string): MethodFilters['granted'] {
  if (grant === null) return 'no';
  return held ? 'held' : 'yes';
}
