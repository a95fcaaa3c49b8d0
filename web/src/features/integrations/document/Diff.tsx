import type { ReactNode } from 'react';
import { Accordion, Badge, Group, List, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { EffectBadge } from '../../../ui/EffectBadge';
import { MethodLabel } from '../methods/MethodLabel';
import { words } from './words';

const MOST = 50;

/** What another version would change, method by method, with who is touched by it (O9). */
export function Diff({ update }: { update: Schemas['Update'] }) {
  const w = useWords(words);
  const { added, removed, changed, moved, general } = update;
  if (added.length + removed.length + changed.length + moved.length + general.length === 0) {
    return <Text size="sm">{w.nothingChanges}</Text>;
  }
  return (
    <Stack gap="sm">
      <Accordion variant="separated" multiple defaultValue={['removed', 'changed']}>
        <Part value="removed" title={w.removed(removed.length)} color="red" of={removed}>
          {(one) => <Row method={one.method} isGranted={one.granted} />}
        </Part>
        <Part value="changed" title={w.changed(changed.length)} color="orange" of={changed}>
          {(one) => <Changed one={one} />}
        </Part>
        <Part value="moved" title={w.moved(moved.length)} text={w.movedText} color="red" of={moved}>
          {(one) => (
            <Stack gap={4}>
              <MethodLabel method={one.before} />
              <MethodLabel method={one.after} />
            </Stack>
          )}
        </Part>
        <Part value="added" title={w.added(added.length)} text={w.addedText} color="teal" of={added}>
          {(one) => <Row method={one} />}
        </Part>
        <Part value="general" title={w.general} color="gray" of={general}>
          {(one) => <Sentence change={one} />}
        </Part>
      </Accordion>
      <Text size="sm" c="dimmed">
        {w.same(update.same)}
      </Text>
    </Stack>
  );
}

interface PartProps<T> {
  value: string;
  title: string;
  text?: string;
  color: string;
  of: T[];
  children: (one: T) => ReactNode;
}

function Part<T>({ value, title, text, color, of, children }: PartProps<T>) {
  const w = useWords(words);
  if (of.length === 0) return null;
  return (
    <Accordion.Item value={value}>
      <Accordion.Control>
        <Group gap={8}>
          <Badge color={color} variant="dot">
            {title}
          </Badge>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        {text && (
          <Text size="sm" c="dimmed" mb="xs">
            {text}
          </Text>
        )}
        <Stack gap="sm">
          {of.slice(0, MOST).map((one, place) => (
            <div key={place}>{children(one)}</div>
          ))}
          {of.length > MOST && (
            <Text size="sm" c="dimmed">
              {w.more(of.length - MOST)}
            </Text>
          )}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Row({ method, isGranted = false }: { method: Schemas['DescribedMethod']; isGranted?: boolean }) {
  const w = useWords(words);
  return (
    <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
      <MethodLabel method={method} />
      <Group gap={6} wrap="nowrap" flex="none">
        {isGranted && <Badge color="orange">{w.granted}</Badge>}
        <EffectBadge effect={method.effect} note={sentence(method.effect_reason)} />
      </Group>
    </Group>
  );
}

const IMPACTS: Record<string, string> = { breaking: 'red', compatible: 'teal', words: 'gray' };

function Changed({ one }: { one: Schemas['ChangedMethodOut'] }) {
  const w = useWords(words);
  const named: Record<string, string> = { breaking: w.breaking, compatible: w.compatible, words: w.words };
  return (
    <Stack gap={4}>
      <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
        <MethodLabel method={one.method} />
        <Group gap={6} wrap="nowrap" flex="none">
          {one.granted && <Badge color="orange">{w.granted}</Badge>}
          <Badge color={IMPACTS[one.impact] ?? 'gray'}>{named[one.impact] ?? one.impact}</Badge>
          {one.before.effect !== one.method.effect && (
            <EffectBadge effect={one.method.effect} note={sentence(one.method.effect_reason)} />
          )}
        </Group>
      </Group>
      <List size="sm" spacing={2}>
        {one.changes.map((change, place) => (
          <List.Item key={place}>
            <Sentence change={change} />
          </List.Item>
        ))}
        {one.omitted > 0 && <List.Item>{w.more(one.omitted)}</List.Item>}
      </List>
    </Stack>
  );
}

function Sentence({ change }: { change: Schemas['ChangeOfMethod'] }) {
  return <Text size="sm">{sentence(change.sentence)}</Text>;
}
