import { Button, Code, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useWords } from '../../lib/words';
import { words } from './words';

/** A command to take to the server's machine. */
export function CopyLine({ text }: { text: string }) {
  const w = useWords(words);
  return (
    <Group gap="xs">
      <Code fz="sm" px="sm" py={6}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="xs"
            aria-label={`${w.copy}: ${text}`}
            leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            onClick={copy}
          >
            {copied ? w.copied : w.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
