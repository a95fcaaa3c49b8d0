import { useState } from 'react';
import { Select, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { DataTable, NothingFound, Toolbar, type Column } from '../../DataTable';
import { OutcomeBadge } from '../../entry/OutcomeBadge';
import { words as entryWords } from '../../entry/words';
import { Empty } from '../../states';
import { TimeAgo } from '../../TimeAgo';
import { EntryDrawer } from './EntryDrawer';
import { useEntryWords } from './useEntryWords';
import { words } from './words';

export type Entry = Schemas['AuditEntry'];

const ACTS = [
  'connection.use', 'connection.create', 'connection.test', 'connection.rename', 'connection.reconnect',
  'connection.roll_back', 'connection.change_details', 'connection.share', 'connection.remove_admin',
  'connection.set_authorized_persons', 'connection.replace', 'connection.state', 'connection.pass_on',
] as const;
const OUTCOMES = ['done', 'refused', 'failed', 'open', 'unknown'] as const;

/** The entries of the audit about one connection, newest first (E1). */
export function Activity({ connectionId }: { connectionId: string }) {
  const w = useWords(words);
  const we = useWords(entryWords);
  const say = useEntryWords();
  const [act, setAct] = useState<(typeof ACTS)[number] | null>(null);
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number] | null>(null);
  const [opened, setOpened] = useState<Entry | null>(null);
  const entries = api.useInfiniteQuery(
    'get',
    '/api/connections/{connection}/activity',
    {
      params: {
        path: { connection: connectionId },
        query: { name: act ?? undefined, outcome: outcome ?? undefined, limit: 30 },
      },
    },
    { pageParamName: 'cursor', initialPageParam: null, getNextPageParam: (page) => page.next ?? undefined },
  );
  const columns: Column<Entry>[] = [
    { key: 'what', label: w.what, render: (one) => say.act(one) },
    { key: 'who', label: w.who, render: (one) => one.actor.label },
    { key: 'door', label: we.door, render: (one) => we[one.door] },
    {
      key: 'outcome',
      label: we.outcome,
      render: (one) => <OutcomeBadge outcome={one.outcome} />,
    },
    {
      key: 'duration',
      label: w.duration,
      align: 'right',
      onPhone: 'hidden',
      render: (one) => (
        <Text size="sm" c="dimmed" className="tabular" span>
          {say.duration(one)}
        </Text>
      ),
    },
    { key: 'when', label: w.when, render: (one) => <TimeAgo at={one.at} /> },
  ];
  return (
    <>
      <Toolbar>
        <Select
          aria-label={w.what}
          placeholder={w.anyAct}
          clearable
          w={{ base: 'calc(50% - 5px)', xs: 200 }}
          data={ACTS.map((one) => ({ value: one, label: w[one] }))}
          value={act}
          onChange={setAct}
        />
        <Select
          aria-label={we.outcome}
          placeholder={we.anyOutcome}
          clearable
          w={{ base: 'calc(50% - 5px)', xs: 200 }}
          data={OUTCOMES.map((one) => ({ value: one, label: we[one] }))}
          value={outcome}
          onChange={setOutcome}
        />
      </Toolbar>
      <DataTable
        label={w.title}
        query={entries}
        columns={columns}
        rowKey={({ id }) => id}
        onRowClick={setOpened}
        empty={
          act || outcome ? (
            <NothingFound
              onClear={() => {
                setAct(null);
                setOutcome(null);
              }}
            />
          ) : (
            <Empty icon={<IconHistory size={24} />} title={w.empty}>
              {w.emptyText}
            </Empty>
          )
        }
      />
      <EntryDrawer
        entry={opened}
        onClose={() => {
          setOpened(null);
        }}
      />
    </>
  );
}
