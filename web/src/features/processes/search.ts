import { oneOf, textOf } from '../../lib/search';

export const STATES = ['draft', 'published'] as const;

export interface ProcessesSearch {
  search?: string;
  unit?: string;
  state?: (typeof STATES)[number];
  whose?: 'mine' | 'runnable';
}

/** Of a trigger's page. */
export interface TriggerSearch {
  /** The one event that is asked for. */
  event?: string;
}

export function parseTriggerSearch(given: Record<string, unknown>): TriggerSearch {
  return { event: textOf(given.event) };
}

export function parseProcessesSearch(given: Record<string, unknown>): ProcessesSearch {
  return {
    search: textOf(given.search),
    unit: textOf(given.unit),
    state: oneOf(STATES, given.state),
    whose: oneOf(['mine', 'runnable'], given.whose),
  };
}
