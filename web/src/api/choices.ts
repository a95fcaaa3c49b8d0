/** People and business units to choose from, for pickers and selects. */

import { api, call } from './client';

interface Choice {
  id: string;
  name: string;
  hint?: string;
}

/** Active people by name, for those who may list people. */
export async function findPeople(search: string): Promise<Choice[]> {
  const { data } = await call.GET('/api/people', { params: { query: { search, is_active: true, limit: 20 } } });
  return (data?.items ?? []).map(({ id, name, sign_in_name: hint }) => ({ id, name, hint }));
}

/** The business units that one may know of; more than two hundred are not for a select. */
export function useUnits() {
  return api.useQuery('get', '/api/business-units', { params: { query: { limit: 200 } } }, { staleTime: 60_000 });
}
