import type { ReactNode } from 'react';
import { Text } from '@mantine/core';

/** One thing to know about what a page is of, under its name. */
export function About({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}
