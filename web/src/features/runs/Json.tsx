import { Code, ScrollArea, Text } from '@mantine/core';
import { useWords } from '../../lib/words';
import { words } from './words';

/** A value as JSON; what is long scrolls. */
export function Json({ value }: { value: unknown }) {
  const w = useWords(words);
  if (value === null || value === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {w.nothing}
      </Text>
    );
  }
  return (
    <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0 }}>
      <Code block>{JSON.stringify(value, null, 2)}</Code>
    </ScrollArea.Autosize>
  );
}
