import { Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { words as shared } from '../../../ui/connection/words';
import { words } from './words';

const KINDS: readonly Schemas['UserKind'][] = ['process', 'trigger', 'data_object', 'integration'];

/** How many things use a connection, by their kind. */
export function UsedIn({ uses }: { uses: Record<string, number> }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const parts = KINDS.filter((kind) => (uses[kind] ?? 0) > 0).map((kind) => ws[kind](uses[kind] ?? 0));
  return parts.length > 0 ? (
    <Text size="sm" className="tabular">
      {parts.join(', ')}
    </Text>
  ) : (
    <Text size="sm" c="dimmed" className="whole">
      {w.unused}
    </Text>
  );
}
