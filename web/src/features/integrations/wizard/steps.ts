/** The steps, what each of them needs, and which of them a refusal of the server is about. */

import { toProblem } from '../../../api/problem';
import type { Draft } from './useDraft';

export const STEPS = ['general', 'configuration', 'responsibilities', 'signIn', 'rights', 'review'] as const;
export type Step = (typeof STEPS)[number];

export interface StepProps {
  draft: Draft;
  /** What the server found wrong, by the path of the field. */
  byField: ReadonlyMap<string, string>;
  /** Whether one has tried to go on from here: then what is missing is marked. */
  isTried: boolean;
}

/** Whether a step has all that it needs; a form says by itself what is wrong with it. */
export function isComplete(step: Step, draft: Draft): boolean {
  switch (step) {
    case 'general':
      return draft.unitId !== undefined && draft.title.trim() !== '' && draft.groups.length > 0;
    case 'configuration':
      return (draft.document.found?.methods.length ?? 0) > 0 && draft.form.details.drafts.endpoint !== '';
    case 'responsibilities':
      return draft.isAccepted;
    default:
      return true;
  }
}

const FIELDS: readonly (readonly [start: string, step: Step])[] = [
  ['details.endpoint', 'configuration'],
  ['document', 'configuration'],
  ['details', 'signIn'],
  ['scheme', 'signIn'],
  ['credentials', 'signIn'],
  ['accept_responsibilities', 'responsibilities'],
  ['grants', 'rights'],
  ['changes', 'rights'],
  ['business_unit_id', 'general'],
  ['title', 'general'],
  ['name', 'general'],
  ['description', 'general'],
  ['access_groups', 'general'],
];

/** Where what was refused can be mended; null where no step is about it. */
export function stepOf(error: unknown): Step | null {
  const { byField, code } = toProblem(error);
  if (code === 'connection.name_taken') return 'general';
  for (const path of byField.keys()) {
    const found = FIELDS.find(([start]) => path === start || path.startsWith(`${start}.`));
    if (found) return found[1];
  }
  return null;
}
