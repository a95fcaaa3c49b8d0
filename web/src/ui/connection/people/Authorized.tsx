import { useState } from 'react';
import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { notifyDone } from '../../notify';
import { Panel } from '../../Panel';
import { Picker, type Choice } from '../../Picker';
import { ProblemAlert } from '../../states';
import { findGroups, findPeople } from '../pick';
import { words } from './words';

/** Who may design with it (C8); running is another question, and it is said here (C9). */
export function Authorized({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const { details } = connection;
  return (
    <Panel
      title={w.authorized}
      description={w.authorizedText}
      actions={
        <Anchor component={Link} to={`/connections/${connection.id}/why`} size="sm">
          {w.why}
        </Anchor>
      }
    >
      <Stack gap="md">
        <Text size="sm">{connection.is_narrowed ? w.narrowed : w.everyEditor(connection.business_unit.name)}</Text>
        {details && connection.may.includes('set_authorized_persons') && (
          <Edit key={connection.version} connection={connection} details={details} />
        )}
        {details && !connection.may.includes('set_authorized_persons') && connection.is_narrowed && (
          <List size="sm">
            {[...details.authorized_people, ...details.authorized_groups].map(({ id, name }) => (
              <List.Item key={id}>{name}</List.Item>
            ))}
          </List>
        )}
        {!details && connection.is_narrowed && (
          <Text size="sm" c="dimmed">
            {w.hidden}
          </Text>
        )}
        <Alert color="gray" variant="light" icon={<IconInfoCircle size={18} />}>
          {w.runTime}
        </Alert>
      </Stack>
    </Panel>
  );
}

interface EditProps {
  connection: Schemas['Connection'];
  details: Schemas['ConnectionDetails'];
}

function Edit({ connection, details }: EditProps) {
  const w = useWords(words);
  const [people, setPeople] = useState<Choice[]>(details.authorized_people);
  const [groups, setGroups] = useState<Choice[]>(details.authorized_groups);
  const unitId = connection.business_unit.id;
  const save = api.useMutation('put', '/api/connections/{connection}/authorized-persons', {
    onSuccess: async () => {
      await refresh('/api/connections');
      notifyDone(w.saved);
    },
  });
  const isChanged = idsOf(people) !== idsOf(details.authorized_people) || idsOf(groups) !== idsOf(details.authorized_groups);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          params: { path: { connection: connection.id }, header: ifMatch(connection.version) },
          body: { people: people.map(({ id }) => id), groups: groups.map(({ id }) => id) },
        });
      }}
    >
      <Stack gap="md">
        <Picker
          label={w.people}
          description={w.peopleText}
          value={people}
          onChange={setPeople}
          what={`editors of ${unitId}`}
          find={(search) => findPeople(search, unitId, 'design')}
        />
        <Picker label={w.groups} description={w.groupsText} value={groups} onChange={setGroups} what="groups" find={findGroups} />
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
