import { Badge, Group, Stack, Text, Tooltip } from '@mantine/core';
import { sentence } from '../../../lib/sentence';
import { listed, useWords } from '../../../lib/words';
import type { Line } from './grants';
import { words } from './words';

const SHOWN = 2;

/** To whom a method is granted, in a line. */
export function GrantLabel({ line }: { line: Line }) {
  const w = useWords(words);
  const { grant, held, isChanged } = line;
  const names = grant?.entries.map(({ name }) => name) ?? [];
  const shown = names.length > SHOWN ? [...names.slice(0, SHOWN), w.andMore(names.length - SHOWN)] : names;
  return (
    <Stack gap={3} align="flex-start">
      {grant === null ? (
        <Text size="sm" c="dimmed" span>
          {w.nobody}
        </Text>
      ) : (
        <Tooltip label={names.join(', ')} disabled={names.length <= SHOWN} multiline maw={360}>
          <div>
            <Text size="xs" c="dimmed" span display="block">
              {w[grant.level]}
            </Text>
            <Text size="sm" span>
              {listed(shown)}
            </Text>
          </div>
        </Tooltip>
      )}
      {(held || isChanged) && (
        <Group gap={4}>
          {held && (
            <Tooltip label={sentence(held)} multiline maw={360}>
              <Badge color="orange" size="sm">
                {w.waits}
              </Badge>
            </Tooltip>
          )}
          {isChanged && <Badge size="sm">{w.pending}</Badge>}
        </Group>
      )}
    </Stack>
  );
}
