import { Skeleton } from '@mantine/core';
import { api, call, refresh, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { listed, useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { departureLines, departureWords } from '../../ui/departure';
import { notifyDone } from '../../ui/notify';
import { roleWords } from '../../ui/roleWords';
import { words } from './words';

interface RemoveMemberDialogProps {
  unit: Schemas['BusinessUnit'];
  member: Schemas['Member'];
  onClose: () => void;
}

/** Says first what passes on, and to whom (C12). */
export function RemoveMemberDialog({ unit, member, onClose }: RemoveMemberDialogProps) {
  const w = useWords(words);
  const r = useWords(roleWords);
  const d = useWords(departureWords);
  const me = useMe();
  const { person, roles } = member;
  const { data: departure } = api.useQuery('get', '/api/people/{person_id}/departure', {
    params: { path: { person_id: person.id }, query: { business_unit_id: unit.id } },
  });

  const remove = async () => {
    await call.DELETE('/api/business-units/{unit_id}/members/{person_id}', {
      params: { path: { unit_id: unit.id, person_id: person.id } },
    });
    await refresh();
    notifyDone(w.removed(person.name));
  };

  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={w.removeTitle(person.name, unit.name)}
      consequences={[
        ...(person.id === me.person_id && !me.may.manage_business_units.everywhere ? [w.losesOwn] : []),
        w.removeRoles(listed(roles.map((role) => r[role]))),
        ...(departure ? departureLines(departure, d) : [<Skeleton key="wait" height={16} mt={4} />]),
        w.removeRest,
      ]}
      confirmLabel={w.removeSubmit}
      onConfirm={remove}
    />
  );
}
