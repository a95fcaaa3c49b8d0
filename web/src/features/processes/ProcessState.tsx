import { Badge, Group } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { words } from './words';

/** How far along a process is, and whether its draft says something else than what runs. */
export function ProcessState({ process }: { process: Schemas['ProcessInList'] }) {
  const w = useWords(words);
  return (
    <Group gap={6} component="span">
      <Badge variant="dot" radius="xl" color={process.state === 'published' ? 'teal' : 'gray'} miw="max-content">
        {process.state === 'published' ? w.published : w.draft}
      </Badge>
      {process.state === 'published' && process.has_changes && (
        <Badge color="yellow" miw="max-content">
          {w.changes}
        </Badge>
      )}
    </Group>
  );
}
