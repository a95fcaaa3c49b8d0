/** How a run can be. */

import type { Schemas } from '../../api/client';

export type RunState = Schemas['RunState'];

export const RUN_STATES = [
  'queued', 'running', 'waiting', 'parked', 'faulty', 'succeeded', 'failed', 'cancelled', 'timed_out',
] as const satisfies readonly RunState[];

/** Whether it has ended; what hasn't is looked at again. */
export function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'timed_out';
}

/** Whether something happens to it by itself in the next moments. */
export function isUnderWay(state: RunState): boolean {
  return state === 'queued' || state === 'running' || state === 'waiting' || state === 'parked';
}
