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

/** Forget everything that the one before could see. */
export function becomeSomebodyElse(): void {
  queryClient.clear();
}

export async function signOut(): Promise<void> {
  await call.DELETE('/api/sessions/current');
  becomeSomebodyElse();
}
