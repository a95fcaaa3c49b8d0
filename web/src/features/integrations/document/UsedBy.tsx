import { Anchor, Badge, Card, Code, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { words } from './words';

/** The processes that call what goes or changes (O9); those one may not see are counted, and their owner named. */
export function UsedBy({ update: { uses, hidden_uses: found } }: { update: Schemas['Update'] }) {
  const w = useWords(words);
  const hidden = Object.entries(found);
  const all = uses.length + hidden.reduce((sum, [, n]) => sum + n, 0);
  if (all === 0) return null;
  const stateOf = ({ version, in_force: inForce }: (typeof uses)[number]) =>
    version === null ? (inForce ? w.inForce : w.isDraft) : w.isRunning(version);
  return (
    <div>
      <Text size="sm" fw={600}>
        {w.uses(all)}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {w.usesText}
      </Text>
      <Stack gap="xs">
        {uses.map((one) => (
          <Card key={`${one.id} ${one.state} ${one.version ?? ''}`} padding="xs">
            <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
              <div>
                <Group gap={8}>
                  <Anchor href={one.link} target="_blank" size="sm" fw={550}>
                    {one.label}
                  </Anchor>
                  <Badge color={one.in_force ? 'orange' : 'gray'}>{stateOf(one)}</Badge>
                </Group>
                <Text size="xs" c="dimmed">
                  {w.ownedBy(one.owner_name)}
                </Text>
              </div>
              <Stack gap={4} align="flex-end">
                <Names label={w.loses} color="red" names={one.lost} />
                <Names label={w.meets} color="orange" names={one.changed} />
              </Stack>
            </Group>
          </Card>
        ))}
        {hidden.map(([owner, n]) => (
          <Text key={owner} size="sm" c="dimmed">
            {w.usesHidden(n, owner)}
          </Text>
        ))}
      </Stack>
    </div>
  );
}

function Names({ label, color, names }: { label: string; color: string; names: string[] }) {
  if (names.length === 0) return null;
  return (
    <Group gap={4} justify="flex-end">
      <Text size="xs" c={color}>
        {label}
      </Text>
      {names.map((name) => (
        <Code key={name}>{name}</Code>
      ))}
    </Group>
  );
}
