import { oneOf, textOf } from '../../lib/search';

export const OUTCOMES = ['done', 'refused', 'failed', 'unknown', 'open'] as const;
export const DOORS = ['ui', 'rest', 'cli', 'mcp', 'process', 'data', 'trigger', 'system'] as const;

export interface AuditSearch {
  text?: string;
  person?: string;
  door?: (typeof DOORS)[number];
  name?: string;
  outcome?: (typeof OUTCOMES)[number];
  unit?: string;
  /** What it was done to, by its id. */
  object?: string;
  request?: string;
  /** The first and the last day, as in `2026-11-27`. */
  since?: string;
  until?: string;
}

export function parseAuditSearch(given: Record<string, unknown>): AuditSearch {
  return {
    text: textOf(given.text),
    person: textOf(given.person),
    door: oneOf(DOORS, given.door),
    name: textOf(given.name),
    outcome: oneOf(OUTCOMES, given.outcome),
    unit: textOf(given.unit),
    object: textOf(given.object),
    request: textOf(given.request),
    since: dayOf(given.since),
    until: dayOf(given.until),
  };
}

/** The search as the API has it; days are those of the reader's time zone, both included. */
export function auditQuery(search: AuditSearch) {
  return {
    text: search.text,
    person_id: search.person,
    door: search.door,
    name: search.name,
    outcome: search.outcome,
    business_unit_id: search.unit,
    object_id: search.object,
    request_id: search.request,
    since: search.since && new Date(`${search.since}T00:00:00`).toISOString(),
    until: search.until && dayAfter(search.until).toISOString(),
  };
}

function dayOf(value: unknown): string | undefined {
  const day = textOf(value);
  return day && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : undefined;
}

function dayAfter(day: string): Date {
  const after = new Date(`${day}T00:00:00`);
  after.setDate(after.getDate() + 1);
  return after;
}
