import { useState } from 'react';
import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconBolt, IconPlus } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { byCursor } from '../../../api/paging';
import { useWords } from '../../../lib/words';
import { DataTable, type Column } from '../../../ui/DataTable';
import { Panel } from '../../../ui/Panel';
import { Facts } from '../../../ui/Facts';
import { Empty } from '../../../ui/states';
import { TimeAgo } from '../../../ui/TimeAgo';
import { CreateDialog } from './CreateDialog';
import { TriggerStateBadge } from './TriggerStateBadge';
import { words } from './words';

type Row = Schemas['TriggerInList'];

/** What starts runs of it by itself (P5). */
export function Triggers({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  const [isCreating, setCreating] = useState(false);
  const found = api.useInfiniteQuery('get', '/api/triggers', { params: { query: { process_id: process.id } } }, byCursor);
  const columns: Column<Row>[] = [
    { key: 'name', label: w.name, render: ({ name }) => name },
    { key: 'kind', label: w.kind, render: ({ kind }) => w[kind] },
    { key: 'state', label: w.state, render: (trigger) => <TriggerStateBadge trigger={trigger} /> },
    { key: 'connection', label: w.connection, render: ({ connection }) => connection?.name ?? '–' },
    { key: 'last', label: w.last, render: ({ last_event_at: at }) => <TimeAgo at={at} /> },
  ];
  const create = process.may.includes('edit') && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => {
        setCreating(true);
      }}
    >
      {w.create}
    </Button>
  );
  const isEmpty = found.data?.pages[0]?.items.length === 0;
  return (
    <Stack gap="md">
      {!isEmpty && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed" maw={560}>
            {w.about}
          </Text>
          {create}
        </Group>
      )}
      <DataTable
        label={w.title}
        query={found}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/processes/${process.id}/triggers/${id}`}
        empty={
          <Empty icon={<IconBolt size={24} />} title={w.empty} action={create}>
            {w.emptyText}
          </Empty>
        }
      />
      {isCreating && (
        <CreateDialog
          process={process}
          onClose={() => {
            setCreating(false);
          }}
        />
      )}
      {process.may_run && <WithoutTrigger process={process} />}
    </Stack>
  );
}

/** The two ways that need no trigger (P5). */
function WithoutTrigger({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  return (
    <Panel title={w.without} description={w.withoutText}>
      <Facts
        rows={[
          [w.byHand, w.byHandText],
          [
            w.byApi,
            <Stack key="api" gap={4}>
              <Code style={{ overflowWrap: 'anywhere' }}>{`POST ${window.location.origin}/api/processes/${process.id}/runs`}</Code>
              <Text size="xs" c="dimmed">
                {w.byApiText}
              </Text>
            </Stack>,
          ],
        ]}
      />
    </Panel>
  );
}
