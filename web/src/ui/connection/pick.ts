/** Whom one may choose by name. */

import { call, type Schemas } from '../../api/client';
import type { Choice } from '../Picker';

export async function findPeople(search: string, unitId: string | undefined, to: Schemas['ChosenTo']): Promise<Choice[]> {
  const { data } = await call.GET('/api/pickable-people', {
    params: { query: { search: search || undefined, business_unit_id: unitId, to, limit: 20 } },
  });
  return (data?.items ?? []).map((one) => ({ id: one.id, name: one.name, hint: one.sign_in_name }));
}

export async function findGroups(search: string): Promise<Choice[]> {
  const { data } = await call.GET('/api/pickable-groups', { params: { query: { search: search || undefined, limit: 20 } } });
  return (data?.items ?? []).map((one) => ({ id: one.id, name: one.name }));
}
