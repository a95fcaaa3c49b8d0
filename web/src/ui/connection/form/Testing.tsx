import { Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useWords } from '../../../lib/words';
import { words } from './words';

/** While the other side is asked. */
export function Testing() {
  const w = useWords(words);
  return (
    <Paper p="md" role="status">
      <Group gap="md" wrap="nowrap">
        <Loader size="sm" aria-hidden />
        <Stack gap={2}>
          <Text size="sm" fw={550}>
            {w.testing}
          </Text>
          <Text size="sm" c="dimmed">
            {w.testingText}
          </Text>
        </Stack>
      </Group>
    </Paper>
  );
}
