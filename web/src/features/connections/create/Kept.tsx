import { Button, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Reason } from '../../../ui/connection/form/Reason';
import { words } from './words';

/** It is there, but its test failed: why, and the ways on. */
export function Kept({ connection, onTestAgain }: { connection: Schemas['Connection']; onTestAgain: () => void }) {
  const w = useWords(words);
  return (
    <Reason title={w.keptTitle} connection={connection}>
      <Text size="sm">{w.keptText}</Text>
      <Button variant="default" size="xs" leftSection={<IconRefresh size={14} />} onClick={onTestAgain}>
        {w.tryAgain}
      </Button>
    </Reason>
  );
}
