import { Anchor, Button, Group, List, Stack, Text } from '@mantine/core';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { recordOf } from '../../schema/fields';
import { words as ui } from '../../words';
import { words } from './words';

interface Blocker {
  kind: string;
  label: string;
  container: string;
  owner: string;
  link: string;
}

export interface Blocking {
  visible: Blocker[];
  /** How many more there are, by their owner's name. */
  hidden: [owner: string, n: number][];
}

/** What a refusal to delete lists. */
export function blockersOf(error: unknown): Blocking {
  const { extra } = toProblem(error);
  const listed = Array.isArray(extra.blockers) ? extra.blockers.map(recordOf) : [];
  return {
    visible: listed.map((one) => ({
      kind: text(one.kind),
      label: text(one.label),
      container: text(one.container),
      owner: text(one.owner),
      link: text(one.link),
    })),
    hidden: Object.entries(recordOf(extra.hidden_blockers)).map(([owner, n]) => [owner, Number(n)]),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Each with its app or process, its owner and the way there; those one may not see are counted (C11). */
export function Blockers({ found, onClose }: { found: Blocking; onClose: () => void }) {
  const w = useWords(words);
  const wu = useWords(ui);
  const kinds: Record<string, string> = {
    process: w.process,
    trigger: w.trigger,
    data_object: w.data_object,
    integration: w.integration,
  };
  return (
    <Stack role="alert">
      <Text size="sm">{w.blockedText}</Text>
      <List size="sm" spacing="xs">
        {found.visible.map((one, place) => (
          <List.Item key={place}>
            {kinds[one.kind] ?? one.kind}{' '}
            {one.link ? (
              <Anchor href={one.link} size="sm" fw={550}>
                {one.label}
              </Anchor>
            ) : (
              <b>{one.label}</b>
            )}
            {one.container && ` ${w.in(one.container)}`}
            <Text size="xs" c="dimmed">
              {w.owner}: {one.owner}
            </Text>
          </List.Item>
        ))}
        {found.hidden.map(([owner, n]) => (
          <List.Item key={owner}>{w.hidden(n, owner)}</List.Item>
        ))}
      </List>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {wu.close}
        </Button>
      </Group>
    </Stack>
  );
}
