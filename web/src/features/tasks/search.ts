import { oneOf } from '../../lib/search';

export const VIEWS = ['open', 'done', 'governed'] as const;

export interface TasksSearch {
  /** Without it, one's inbox. */
  view?: (typeof VIEWS)[number];
}

export function parseTasksSearch(given: Record<string, unknown>): TasksSearch {
  return { view: oneOf(VIEWS, given.view) };
}
