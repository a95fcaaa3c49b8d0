import { textOf } from '../../lib/search';

export interface PeopleSearch {
  search?: string;
  unit?: string;
  active?: 'no';
}

export function parsePeopleSearch(given: Record<string, unknown>): PeopleSearch {
  return { search: textOf(given.search), unit: textOf(given.unit), active: given.active === 'no' ? 'no' : undefined };
}
