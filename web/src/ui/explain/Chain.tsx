import { Badge, Group, Stack, Text, Timeline } from '@mantine/core';
import { IconCheck, IconLock, IconLockOpen, IconX } from '@tabler/icons-react';
import type { Schemas } from '../../api/client';
import { sentence } from '../../lib/sentence';
import { useWords } from '../../lib/words';
import { words } from './words';

/** The questions as they were asked, each with its answer and who could make it another; the decision at the end. */
export function Chain({ explanation }: { explanation: Schemas['Explanation'] }) {
  const w = useWords(words);
  const { allowed, rule, reason, questions, who_can_change: who } = explanation;
  return (
    <Timeline bulletSize={22} lineWidth={2} active={questions.length} color="gray" aria-label={w.questions}>
      {questions.map((one, place) => (
        <Timeline.Item
          key={place}
          color={one.answer ? 'teal' : 'gray'}
          bullet={one.answer ? <IconCheck size={13} aria-hidden /> : <IconX size={13} aria-hidden />}
          title={
            <Text size="sm" fw={550}>
              {one.question}
            </Text>
          }
        >
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {one.answer ? w.yes : w.no}
            </Text>
            <Text size="xs" c="dimmed">
              {w.rule(one.rule)} · {changers(one.who_can_change, w)}
            </Text>
          </Group>
        </Timeline.Item>
      ))}
      <Timeline.Item
        color={allowed ? 'teal' : 'red'}
        bullet={allowed ? <IconLockOpen size={13} aria-hidden /> : <IconLock size={13} aria-hidden />}
        title={
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {allowed ? w.allowed : w.refused}
            </Text>
            <Badge color="gray">{w.decidedBy(rule)}</Badge>
          </Group>
        }
      >
        <Stack gap={2}>
          {reason && <Text size="sm">{sentence(reason)}</Text>}
          {!allowed && who && (
            <Text size="sm" c="dimmed">
              {changers(who, w)}
            </Text>
          )}
        </Stack>
      </Timeline.Item>
    </Timeline>
  );
}

function changers(who: string, w: { nobody: string; whoCanChange: (who: string) => string }): string {
  return who === 'nobody' ? w.nobody : w.whoCanChange(who);
}
