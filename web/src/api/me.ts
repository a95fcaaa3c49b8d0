/** Who is signed in. */

import { api, call, queryClient, refresh, type Schemas } from './client';
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

/** Between the pages of one browser, which have one session together. */
const others = new BroadcastChannel('jackfield.person');

/** Forget everything that the one before could see, here and on every other open page. */
export function becomeSomebodyElse(): void {
  queryClient.clear();
  others.postMessage('changed');
}

/** When somebody else has come in, or gone, on another page: what this one shows isn't his. */
export function onSomebodyElse(act: () => void): void {
  others.onmessage = async () => {
    const before = queryClient.getQueryData<Me>(meOptions.queryKey)?.person_id;
    // Who has only signed in again keeps what he is writing here.
    if ((await askWho()) === before) await refresh();
    else act();
  };
}

async function askWho(): Promise<string | undefined> {
  try {
    const { data } = await call.GET('/api/me');
    return data?.person_id;
  } catch {
    return undefined;
  }
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
