/** Who is signed in. */

import { api, call, queryClient, type Schemas } from './client';
import { ApiProblem } from './problem';

export type Me = Schemas['Me'];

export const meOptions = api.queryOptions('get', '/api/me', {}, { staleTime: 30_000 });

/** Null when nobody is signed in. */
export async function findMe(): Promise<Me | null> {
  try {
    return await queryClient.query({ ...meOptions, staleTime: 'static' });
  } catch (error) {
    if (error instanceof ApiProblem && error.kind === 'unauthenticated') return null;
    throw error;
  }
}

/** Below the shell somebody always is. */
export function useMe(): Me {
  return api.useSuspenseQuery('get', '/api/me', {}, { staleTime: 30_000 }).data;
}

/** Whether something may be done in a business unit; in the installation itself, if none is named. */
export function reaches(reach: Schemas['Reach'], unit?: string): boolean {
  return reach.everywhere || (unit !== undefined && reach.business_unit_ids.includes(unit));
}

/** Whether something may be done anywhere at all. */
export function reachesAny(reach: Schemas['Reach']): boolean {
  return reach.everywhere || reach.business_unit_ids.length > 0;
}

/** Forget everything that the one before could see. */
export function becomeSomebodyElse(): void {
  queryClient.clear();
}

export async function signOut(): Promise<void> {
  try {
    await call.DELETE('/api/sessions/current');
  } catch (error) {
    // A session that has ended already is no reason to stay.
    if (!(error instanceof ApiProblem && error.kind === 'unauthenticated')) throw error;
  }
  becomeSomebodyElse();
}
