import type { ReactNode } from 'react';
import { Grid, Stack, Text } from '@mantine/core';
import { Facts } from './Facts';
import { Panel } from './Panel';

interface WithFactsProps {
  /** What stands above the facts. */
  title: string;
  facts: [label: string, value: ReactNode][];
  /** Below them, in small print. */
  note?: string | false;
  children: ReactNode;
}

/** What a page is about to the left, and facts about it to the right; one after the other on a phone. */
export function WithFacts({ title, facts, note, children }: WithFactsProps) {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack gap="lg">{children}</Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Panel title={title}>
          <Facts rows={facts} />
          {note && (
            <Text size="xs" c="dimmed" mt="sm">
              {note}
            </Text>
          )}
        </Panel>
      </Grid.Col>
    </Grid>
  );
}
