import type { ReactNode } from 'react';
import { Group, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
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
      {children && <Group gap="xs">{children}</Group>}
    </Reason>
  );
}
