import { useState } from 'react';
import { Button, Checkbox, Group, List, Stack, Text } from '@mantine/core';
import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { findGroups, findPeople } from '../../../ui/connection/pick';
import { notifyDone } from '../../../ui/notify';
import { Panel } from '../../../ui/Panel';
import { Picker, type Choice } from '../../../ui/Picker';
import { ProblemAlert } from '../../../ui/states';
import { words } from './words';

/** Who may run it beside the editors (P1); that it runs all its steps is said here (C9). */
export function Runners({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  return (
    <Panel title={w.runners} description={w.runnersText}>
      <Stack gap="md">
        <Text size="sm">{w.runnersEditors(process.business_unit.name)}</Text>
        {process.may.includes('set_runners') ? <Edit key={process.version} process={process} /> : <Named process={process} />}
      </Stack>
    </Panel>
  );
}

function Named({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  const names = [
    ...(process.whole_unit ? [w.wholeUnit(process.business_unit.name)] : []),
    ...process.groups.map(({ name }) => name),
    ...process.people.map(({ name }) => name),
  ];
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {w.runnersNobody}
      </Text>
    );
  }
  return (
    <List size="sm">
      {names.map((name) => (
        <List.Item key={name}>{name}</List.Item>
      ))}
    </List>
  );
}

function Edit({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  const [people, setPeople] = useState<Choice[]>(process.people);
  const [groups, setGroups] = useState<Choice[]>(process.groups);
  const [isWhole, setWhole] = useState(process.whole_unit);
  const save = api.useMutation('put', '/api/processes/{process}/runners', {
    onSuccess: async () => {
      await refresh('/api/processes');
      notifyDone(w.runnersSaved);
    },
  });
  const isChanged = isWhole !== process.whole_unit || idsOf(people) !== idsOf(process.people) || idsOf(groups) !== idsOf(process.groups);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          params: { path: { process: process.id }, header: ifMatch(process.version) },
          body: { people: people.map(({ id }) => id), groups: groups.map(({ id }) => id), whole_unit: isWhole },
        });
      }}
    >
      <Stack gap="md">
        <Checkbox
          label={w.wholeUnit(process.business_unit.name)}
          checked={isWhole}
          onChange={(event) => {
            setWhole(event.currentTarget.checked);
          }}
        />
        <Picker label={w.groups} value={groups} onChange={setGroups} what="groups" find={findGroups} />
        <Picker
          label={w.people}
          value={people}
          onChange={setPeople}
          what={`people of ${process.business_unit.id}`}
          find={(search) => findPeople(search, process.business_unit.id, 'ask')}
        />
        <ProblemAlert error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" disabled={!isChanged} loading={save.isPending}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function idsOf(choices: readonly { id: string }[]): string {
  return choices
    .map(({ id }) => id)
    .sort()
    .join(' ');
}
