import type { ReactNode } from 'react';
import { Group, Text } from '@mantine/core';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Reason } from '../form/Reason';
import { words } from './words';

/** Why it isn't connected, and whose move it is (C14); nothing when it is. */
export function StateAlert({ connection, children }: { connection: Schemas['Connection']; children?: ReactNode }) {
  const w = useWords(words);
  const { state } = connection;
  if (state === 'connected') return null;
  return (
    <Reason title={w[state]} connection={connection}>
      <Text size="sm">{w[`${state}Text`]}</Text>
      {state === 'off' && <WhoTurnsOn connection={connection} />}
      {children && <Group gap="xs">{children}</Group>}
    </Reason>
  );
}

function WhoTurnsOn({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const { data } = api.useQuery('get', '/api/connectors/{connector}', {
    params: { path: { connector: connection.connector }, query: { business_unit_id: connection.business_unit.id } },
  });
  return data && <Text size="sm">{w.whoTurnsOn(data.who_can_change)}</Text>;
}
