import { Badge } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { defineWords, useWords } from '../../lib/words';

const stateWords = defineWords({
  en: {
    open: 'Open',
    done: 'Answered',
    approved: 'Approved',
    rejected: 'Rejected',
    expired: 'Expired',
    cancelled: 'Withdrawn',
  },
  de: {
    open: 'Offen',
    done: 'Beantwortet',
    approved: 'Genehmigt',
    rejected: 'Abgelehnt',
    expired: 'Abgelaufen',
    cancelled: 'Zurückgezogen',
  },
});

const COLORS = { open: 'blue', done: 'teal', approved: 'teal', rejected: 'red', expired: 'orange', cancelled: 'gray' };

/** How a task is: what was decided, where it was an approval. */
export function TaskStateBadge({ task }: { task: Pick<Schemas['TaskInList'], 'state' | 'decision'> }) {
  const w = useWords(stateWords);
  const shown = task.state === 'done' && task.decision !== null && task.decision !== 'answered' ? task.decision : task.state;
  return (
    <Badge color={COLORS[shown]} variant="dot" radius="xl" tt="none">
      {w[shown]}
    </Badge>
  );
}
