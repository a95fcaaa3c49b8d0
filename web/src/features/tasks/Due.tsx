import { useState } from 'react';
import { Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { TimeAgo } from '../../ui/TimeAgo';
import { words } from './words';

/** By when a task should be answered; red once that has passed and it is still open. */
export function Due({ task }: { task: Pick<Schemas['TaskInList'], 'due_at' | 'expires_at' | 'state'> }) {
  const w = useWords(words);
  const [now] = useState(Date.now);
  const at = task.due_at ?? task.expires_at;
  if (at === null) return <Text span size="sm" c="dimmed">{w.noHurry}</Text>;
  const isLate = task.state === 'open' && Date.parse(at) < now;
  return (
    <Text span size="sm" c={isLate ? 'red' : undefined} fw={isLate ? 550 : undefined}>
      <TimeAgo at={at} />
    </Text>
  );
}
