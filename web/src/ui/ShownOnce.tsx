import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useWords } from '../lib/words';
import { words } from './words';

/** Something that is never shown again: a sign-in code, a token. */
export function ShownOnce({ title, text, children }: { title: string; text: string; children?: string }) {
  const w = useWords(words);
  return (
    <Alert color="petrol" variant="light" icon={<IconKey size={18} />} title={title}>
      <Stack gap="sm">
        {children && <Text size="sm">{children}</Text>}
        <Group gap="xs" wrap="nowrap" align="center">
          <Code fz="sm" p="xs" style={{ overflowWrap: 'anywhere' }} data-testid="shown-once">
            {text}
          </Code>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                size="xs"
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                onClick={copy}
              >
                {copied ? w.copied : w.copy}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Alert>
  );
}
