import { Badge, Code, Group, Text } from '@mantine/core';
import { useWords } from '../../../lib/words';
import type { Described } from './grants';
import classes from './Methods.module.css';
import { words } from './words';

const COLORS: Record<string, string> = { GET: 'teal', HEAD: 'teal', OPTIONS: 'gray', POST: 'petrol', PUT: 'orange', PATCH: 'orange', DELETE: 'red' };

/** Verb and path, and what the document says it is for. */
export function MethodLabel({ method }: { method: Pick<Described, 'verb' | 'path' | 'summary' | 'deprecated'> }) {
  const w = useWords(words);
  return (
    <div>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <Badge variant="light" color={COLORS[method.verb] ?? 'gray'} size="sm" miw={64} flex="none" mt={1}>
          {method.verb}
        </Badge>
        <Code className={classes.path}>{method.path}</Code>
        {method.deprecated && (
          <Badge color="gray" size="sm" miw="max-content">
            {w.deprecated}
          </Badge>
        )}
      </Group>
      {method.summary && (
        <Text size="xs" c="dimmed" mt={3} lineClamp={2}>
          {method.summary}
        </Text>
      )}
    </div>
  );
}
