/** What somebody may do, as the API said; every request is decided anew. */

import type { Schemas } from '../../api/client';
import { useMe } from '../../api/me';

type Reach = Schemas['Reach'];
export type Act = Schemas['ConnectionAct'];

export function reaches(reach: Reach, unitId: string): boolean {
  return reach.everywhere || reach.business_unit_ids.includes(unitId);
}

export function useMayCreate(): boolean {
  const { create_connections: reach } = useMe().may;
  return reach.everywhere || reach.business_unit_ids.length > 0;
}
