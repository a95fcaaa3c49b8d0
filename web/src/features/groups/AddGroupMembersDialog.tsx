import { useState } from 'react';
import { findPeople } from '../../api/choices';
import { call, refresh } from '../../api/client';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import { Picker, type Choice } from '../../ui/Picker';
import { words } from './words';

export function AddGroupMembersDialog({ groupId, onClose }: { groupId: string; onClose: () => void }) {
  const w = useWords(words);
  const [people, setPeople] = useState<Choice[]>([]);

  const add = async () => {
    for (const person of people) {
      await call.PUT('/api/groups/{group_id}/members/{person_id}', {
        params: { path: { group_id: groupId, person_id: person.id } },
      });
    }
    await refresh();
    notifyDone(w.added(people.length));
  };

  return (
    <FormDialog onClose={onClose} title={w.add} submitLabel={w.addSubmit} isReady={people.length > 0} onSubmit={add}>
      <Picker label={w.people} description={w.peopleHint} what="people" find={findPeople} value={people} onChange={setPeople} />
    </FormDialog>
  );
}
