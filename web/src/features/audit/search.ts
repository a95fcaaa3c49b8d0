import { textOf } from '../../lib/search';

export interface AuditSearch {
  text?: string;
  person?: string;
  door?: string;
  name?: string;
  outcome?: string;
  unit?: string;
  since?: string;
  until?: string;
}

export function parseAuditSearch(given: Record<string, unknown>): AuditSearch {
  return {
    text: textOf(given.text),
    person: textOf(given.person),
    door: textOf(given.door),
    name: textOf(given.name),
    outcome: textOf(given.outcome),
    unit: textOf(given.unit),
    since: textOf(given.since),
    until: textOf(given.until),
  };
}
