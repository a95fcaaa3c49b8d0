import type { ReactNode } from 'react';
import { Card, Group, Stack, Text, Title } from '@mantine/core';

interface PanelProps {
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, description, actions, children }: PanelProps) {
  return (
    <Card component="section" aria-label={title}>
      {(title ?? actions) && (
        <Group justify="space-between" align="flex-start" mb={children ? 'md' : 0} gap="sm">
          {/* The text gives way to the actions, until it would be too narrow to read. */}
          <Stack gap={2} flex="1 1 16rem">
            {title && <Title order={2}>{title}</Title>}
            {description && (
              <Text size="sm" c="dimmed" component="div" maw={600} style={{ textWrap: 'pretty' }}>
                {description}
              </Text>
            )}
          </Stack>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      {children}
    </Card>
  );
}
