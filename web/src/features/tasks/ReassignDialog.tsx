import { useState } from 'react';
import { Text } from '@mantine/core';
import { call, ifMatch, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { findGroups, findPeople } from '../../ui/connection/pick';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import { Picker, type Choice } from '../../ui/Picker';
import { words } from './words';

/** Asks others in place of those who were asked. */
export function ReassignDialog({ task, onClose }: { task: Schemas['Task']; onClose: () => void }) {
  const w = useWords(words);
  const [people, setPeople] = useState<Choice[]>(task.people);
  const [groups, setGroups] = useState<Choice[]>(task.groups);

  const ask = async () => {
    await call.PUT('/api/tasks/{task_id}/assignees', {
      params: { path: { task_id: task.id }, header: ifMatch(task.version) },
      body: { people: people.map(({ id }) => id), groups: groups.map(({ id }) => id) },
    });
    await refresh('/api/tasks');
    notifyDone(w.reassigned);
  };

  return (
    <FormDialog
      title={w.reassignTitle}
      onClose={onClose}
      submitLabel={w.reassign}
      isReady={people.length + groups.length > 0}
      onSubmit={ask}
    >
      <Text size="sm">{w.reassignText}</Text>
      <Picker
        label={w.people}
        value={people}
        onChange={setPeople}
        what={`people of ${task.business_unit_id}`}
        find={(search) => findPeople(search, task.business_unit_id, 'ask')}
      />
      <Picker label={w.groups} value={groups} onChange={setGroups} what="groups" find={findGroups} />
    </FormDialog>
  );
}
