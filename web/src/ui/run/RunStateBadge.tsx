import { Badge } from '@mantine/core';
import { defineWords, useWords } from '../../lib/words';
import type { RunState } from './states';

export const runStateWords = defineWords({
  en: {
    queued: 'Queued',
    running: 'Running',
    waiting: 'Waiting',
    parked: 'Parked',
    faulty: 'Faulty',
    succeeded: 'Succeeded',
    failed: 'Failed',
    cancelled: 'Cancelled',
    timed_out: 'Timed out',
  },
  de: {
    queued: 'In der Schlange',
    running: 'Läuft',
    waiting: 'Wartet',
    parked: 'Geparkt',
    faulty: 'Gestört',
    succeeded: 'Erfolgreich',
    failed: 'Gescheitert',
    cancelled: 'Abgebrochen',
    timed_out: 'Zeit abgelaufen',
  },
});

const COLORS: Record<RunState, string> = {
  queued: 'gray',
  running: 'blue',
  waiting: 'gray',
  parked: 'yellow',
  faulty: 'orange',
  succeeded: 'teal',
  failed: 'red',
  cancelled: 'gray',
  timed_out: 'red',
};

/** How a run is, in colour and in words. */
export function RunStateBadge({ state }: { state: RunState }) {
  const w = useWords(runStateWords);
  return (
    <Badge color={COLORS[state]} variant="dot" radius="xl" tt="none">
      {w[state]}
    </Badge>
  );
}
