import { Badge } from '@mantine/core';
import type { Schemas } from '../api/client';
import { defineWords, useWords } from '../lib/words';

export type ConnectionState = Schemas['ConnectionState'];

export const stateWords = defineWords({
  en: {
    connected: 'Connected',
    needs_sign_in: 'Needs sign-in',
    unreachable: 'Unreachable',
    off: 'Off',
    not_connected: 'Not connected',
  },
  de: {
    connected: 'Verbunden',
    needs_sign_in: 'Anmeldung nötig',
    unreachable: 'Nicht erreichbar',
    off: 'Abgeschaltet',
    not_connected: 'Nicht verbunden',
  },
});

const COLORS: Record<ConnectionState, string> = {
  connected: 'teal',
  needs_sign_in: 'orange',
  unreachable: 'red',
  off: 'gray',
  not_connected: 'yellow',
};

/** A connection's health (C14), in colour and in words. */
export function StateBadge({ state }: { state: ConnectionState }) {
  const w = useWords(stateWords);
  return (
    <Badge color={COLORS[state]} variant="dot" radius="xl" tt="none" flex="none">
      {w[state]}
    </Badge>
  );
}
