import { Box, Group, Text, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '../../../api/client';
import { useLanguage } from '../../../lib/language';
import { shortDate } from '../../../lib/time';
import { useWords } from '../../../lib/words';
import { stateWords } from '../../StateBadge';
import classes from './Health.module.css';
import { words } from './words';

const COLORS: Record<Schemas['ConnectionState'], string> = {
  connected: 'var(--mantine-color-teal-6)',
  needs_sign_in: 'var(--mantine-color-orange-6)',
  unreachable: 'var(--mantine-color-red-6)',
  off: 'var(--mantine-color-gray-5)',
  not_connected: 'var(--mantine-color-yellow-5)',
};

/** The changes, newest first, as one band of time; the list below says the same in words. */
export function Band({ changes }: { changes: Schemas['HealthChange'][] }) {
  const w = useWords(words);
  const states = useWords(stateWords);
  const { language } = useLanguage();
  const [now] = useState(() => Date.now());
  const oldest = [...changes].reverse();
  const first = oldest[0];
  if (!first) return null;
  const parts = oldest.map((one, place) => {
    const begin = Date.parse(one.at);
    const end = Date.parse(oldest[place + 1]?.at ?? new Date(now).toISOString());
    return { state: one.after, begin, length: Math.max(end - begin, 0) };
  });
  return (
    <div>
      <div className={classes.band} role="img" aria-label={`${w.band}: ${parts.map(({ state }) => states[state]).join(', ')}`}>
        {parts.map(({ state, begin, length }) => (
          <Tooltip key={begin} label={`${states[state]}, ${shortDate(new Date(begin), language)}`}>
            <Box className={classes.part} flex={`${Math.max(length, 1)} 1 0`} bg={COLORS[state]} />
          </Tooltip>
        ))}
      </div>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">
          {shortDate(new Date(first.at), language)}
        </Text>
        <Text size="xs" c="dimmed">
          {w.now}
        </Text>
      </Group>
    </div>
  );
}
