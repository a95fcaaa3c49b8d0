import { useState } from 'react';
import { findPeople } from '../../api/choices';
import { call, refresh } from '../../api/client';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import { Picker, type Choice } from '../../ui/Picker';
import type { Role } from '../../ui/roleWords';
import { RolesField } from '../../ui/RolesField';
import { words } from './words';

export function AddMembersDialog({ unitId, onClose }: { unitId: string; onClose: () => void }) {
  const w = useWords(words);
  const [people, setPeople] = useState<Choice[]>([]);
  const [roles, setRoles] = useState<Role[]>(['member']);

  const add = async () => {
    for (const person of people) {
      await call.PUT('/api/business-units/{unit_id}/members/{person_id}', {
        params: { path: { unit_id: unitId, person_id: person.id } },
        body: { roles },
      });
    }
    await refresh();
    notifyDone(w.added(people.length));
  };

  return (
    <FormDialog
      onClose={onClose}
      title={w.addMemberTitle}
      submitLabel={w.add}
      isReady={people.length > 0 && roles.length > 0}
      onSubmit={add}
    >
      <Picker label={w.people} description={w.peopleHint} what="people" find={findPeople} value={people} onChange={setPeople} />
      <RolesField label={w.rolesFor} value={roles} onChange={setRoles} />
    </FormDialog>
  );
}
