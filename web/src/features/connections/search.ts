import { oneOf, textOf } from '../../lib/search';

export const STATES = ['connected', 'needs_sign_in', 'unreachable', 'off', 'not_connected'] as const;

export interface ConnectionsSearch {
  search?: string;
  connector?: string;
  state?: (typeof STATES)[number];
  unit?: string;
  whose?: 'mine' | 'shared';
  sort?: string;
  /** The person whose list it is to be, by id; one's own if left out. */
  as?: string;
}

export function parseConnectionsSearch(given: Record<string, unknown>): ConnectionsSearch {
  return {
    search: textOf(given.search),
    connector: textOf(given.connector),
    state: oneOf(STATES, given.state),
    unit: textOf(given.unit),
    whose: oneOf(['mine', 'shared'], given.whose),
    sort: textOf(given.sort),
    as: textOf(given.as),
  };
}

export interface NewConnectionSearch {
  connector?: string;
  unit?: string;
}

export function parseNewConnectionSearch(given: Record<string, unknown>): NewConnectionSearch {
  return { connector: textOf(given.connector), unit: textOf(given.unit) };
}
