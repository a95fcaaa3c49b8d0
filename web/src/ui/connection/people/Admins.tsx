import { useState } from 'react';
import { ActionIcon, Badge, Box, Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { api, refresh, type Schemas } from '../../../api/client';
import { useMe } from '../../../api/me';
import { listed, useWords } from '../../../lib/words';
import { notifyDone } from '../../notify';
import { Panel } from '../../Panel';
import { Picker, type Choice } from '../../Picker';
import { Portrait } from '../../Portrait';
import { ProblemAlert } from '../../states';
import { findPeople } from '../pick';
import { RemoveAdmin } from './RemoveAdmin';
import { words } from './words';

/** Its admins, added by name; the last one stays (C6). */
export function Admins({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const [leaving, setLeaving] = useState<Schemas['Named'] | null>(null);
  return (
    <Panel title={w.admins} description={w.adminsText}>
      <Stack gap="md">
        <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {connection.shared_with.map((one) => (
            <AdminRow
              key={one.id}
              person={one}
              connection={connection}
              onRemove={() => {
                setLeaving(one);
              }}
            />
          ))}
        </Box>
        {connection.may.includes('share') && <AddAdmins connection={connection} />}
      </Stack>
      <RemoveAdmin
        connection={connection}
        person={leaving}
        onClose={() => {
          setLeaving(null);
        }}
      />
    </Panel>
  );
}

interface AdminRowProps {
  person: Schemas['Named'];
  connection: Schemas['Connection'];
  onRemove: () => void;
}

function AdminRow({ person, connection, onRemove }: AdminRowProps) {
  const w = useWords(words);
  const me = useMe();
  const isLast = connection.shared_with.length === 1;
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={w.remove(person.name)}
      aria-disabled={isLast || undefined}
      data-disabled={isLast || undefined}
      onClick={isLast ? undefined : onRemove}
    >
      <IconX size={16} />
    </ActionIcon>
  );
  return (
    <Group component="li" gap="sm" wrap="nowrap" py={6}>
      <Portrait name={person.name} size={32} />
      <Text size="sm" flex={1}>
        {person.name}
      </Text>
      {person.id === me.person_id && <Badge color="gray">{w.you}</Badge>}
      {person.id === connection.creator.id && <Badge>{w.creator}</Badge>}
      {connection.may.includes('remove_admin') && (
        <Tooltip label={w.lastAdmin} multiline maw={280} disabled={!isLast}>
          {button}
        </Tooltip>
      )}
    </Group>
  );
}

function AddAdmins({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const [chosen, setChosen] = useState<Choice[]>([]);
  const unitId = connection.business_unit.id;
  const share = api.useMutation('post', '/api/connections/{connection}/admins', {
    onSuccess: async () => {
      await refresh('/api/connections');
      notifyDone(w.shared(listed(chosen.map(({ name }) => name))));
      setChosen([]);
    },
  });
  const known = new Set(connection.shared_with.map(({ id }) => id));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        share.mutate({ params: { path: { connection: connection.id } }, body: { people: chosen.map(({ id }) => id) } });
      }}
    >
      <Stack gap="xs">
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <Box flex={1} miw={0}>
            <Picker
              label={w.add}
              description={w.addText}
              value={chosen}
              onChange={setChosen}
              what={`admins of ${unitId}`}
              find={async (search) => (await findPeople(search, unitId, 'administer')).filter(({ id }) => !known.has(id))}
            />
          </Box>
          <Button type="submit" flex="none" disabled={chosen.length === 0} loading={share.isPending}>
            {w.share}
          </Button>
        </Group>
        <ProblemAlert error={share.error} />
      </Stack>
    </form>
  );
}
