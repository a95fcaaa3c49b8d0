import { Code, Drawer, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useLanguage } from '../../../lib/language';
import { fullTime } from '../../../lib/time';
import { useWords } from '../../../lib/words';
import { OutcomeBadge } from '../../entry/OutcomeBadge';
import { words as entryWords } from '../../entry/words';
import { Facts } from '../../Facts';
import { recordedLabel } from '../../recorded';
import { useEntryWords } from './useEntryWords';
import { words } from './words';

type Entry = Schemas['AuditEntry'];

/** All that was recorded of one act; ids in it have their present names beside them. */
export function EntryDrawer({ entry, onClose }: { entry: Entry | null; onClose: () => void }) {
  const w = useWords(words);
  return (
    <Drawer opened={entry !== null} onClose={onClose} position="right" title={<Text fw={620}>{w.details}</Text>}>
      {entry && <Body entry={entry} />}
    </Drawer>
  );
}

function Body({ entry }: { entry: Entry }) {
  const w = useWords(words);
  const we = useWords(entryWords);
  const say = useEntryWords();
  const { language } = useLanguage();
  return (
    <Stack>
      <Facts
        rows={[
          [w.what, say.act(entry)],
          [w.who, entry.actor.label],
          [we.door, we[entry.door]],
          [we.outcome, <OutcomeBadge key="outcome" outcome={entry.outcome} />],
          [w.duration, say.duration(entry)],
          [w.when, fullTime(new Date(entry.at), language)],
          [w.rule, entry.rule],
          [w.request, <Code key="request">{entry.request_id}</Code>],
          [w.sequence, entry.sequence],
        ]}
      />
      <Recorded title={w.data} data={entry.data} names={entry.names} />
      <Recorded title={w.outcomeData} data={entry.outcome_data} names={entry.names} />
    </Stack>
  );
}

interface RecordedProps {
  title: string;
  data: Record<string, unknown>;
  names: Record<string, string>;
}

function Recorded({ title, data, names }: RecordedProps) {
  const { language } = useLanguage();
  const rows = Object.entries(data).filter(([, value]) => value !== null && value !== '');
  if (rows.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" fw={550} mb={4}>
        {title}
      </Text>
      <Facts rows={rows.map(([name, value]) => [recordedLabel(name, language), shown(value, names)])} />
    </div>
  );
}

function shown(value: unknown, names: Record<string, string>): string {
  if (typeof value === 'string') return names[value] ?? value;
  if (Array.isArray(value)) return value.map((one) => shown(one, names)).join(', ');
  return JSON.stringify(value);
}
