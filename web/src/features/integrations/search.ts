import { textOf } from '../../lib/search';

export interface IntegrationsSearch {
  search?: string;
  unit?: string;
  sort?: string;
}

export function parseIntegrationsSearch(given: Record<string, unknown>): IntegrationsSearch {
  return { search: textOf(given.search), unit: textOf(given.unit), sort: textOf(given.sort) };
}

export const TABS = ['overview', 'methods', 'matrix', 'try', 'document', 'uses', 'people', 'activity', 'health'] as const;
export type Tab = (typeof TABS)[number];
