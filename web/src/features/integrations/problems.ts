/** What the server found wrong with an integration, where it is to be shown. */

import { toProblem } from '../../api/problem';

/** By field. A taken name is a conflict, which says nothing of fields. */
export function problemsOf(error: unknown): ReadonlyMap<string, string> {
  const { byField, code, detail } = toProblem(error);
  return code === 'connection.name_taken' ? new Map([['title', detail]]) : byField;
}
