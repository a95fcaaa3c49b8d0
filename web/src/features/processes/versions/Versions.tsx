import { useState } from 'react';
import { Badge, Button, Group, Text } from '@mantine/core';
import { IconVersions } from '@tabler/icons-react';
import { api, call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { byCursor } from '../../../api/paging';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { DataTable, type Column } from '../../../ui/DataTable';
import { notifyDone } from '../../../ui/notify';
import { Empty } from '../../../ui/states';
import { TimeAgo } from '../../../ui/TimeAgo';
import { DifferenceDialog } from './DifferenceDialog';
import { words } from './words';

type Row = Schemas['ProcessVersionInList'];

/** What was published, the newest first; compared with the draft, and taken up again. */
export function Versions({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  const [compared, setCompared] = useState<number | null>(null);
  const [restored, setRestored] = useState<number | null>(null);
  const path = { process: process.id };
  const found = api.useInfiniteQuery('get', '/api/processes/{process}/versions', { params: { path } }, byCursor);
  const columns: Column<Row>[] = [
    {
      key: 'number',
      label: w.number,
      render: (one) => (
        <Group gap="xs" component="span">
          <b>{w.version(one.number)}</b>
          {one.is_current && (
            <Badge color="teal" miw="max-content">
              {w.current}
            </Badge>
          )}
        </Group>
      ),
    },
    { key: 'note', label: w.note, render: ({ note }) => note || '–' },
    { key: 'published', label: w.published, render: ({ published_at: at }) => <TimeAgo at={at} /> },
    { key: 'by', label: w.by, render: ({ published_by: by }) => by.name },
    {
      key: 'acts',
      label: '',
      align: 'right',
      render: ({ number }) => (
        <Group gap={6} justify="flex-end">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              setCompared(number);
            }}
          >
            {w.compare}
          </Button>
          {process.may.includes('edit') && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                setRestored(number);
              }}
            >
              {w.restore}
            </Button>
          )}
        </Group>
      ),
    },
  ];
  return (
    <>
      <Text size="sm" c="dimmed" mb="md">
        {w.right}
      </Text>
      <DataTable
        label={w.title}
        query={found}
        columns={columns}
        rowKey={({ number }) => String(number)}
        empty={
          <Empty icon={<IconVersions size={24} />} title={w.empty}>
            {w.emptyText}
          </Empty>
        }
      />
      {compared !== null && (
        <DifferenceDialog
          processId={process.id}
          old={compared}
          onClose={() => {
            setCompared(null);
          }}
        />
      )}
      <ConfirmDialog
        isOpen={restored !== null}
        onClose={() => {
          setRestored(null);
        }}
        title={w.restoreTitle(restored ?? 0)}
        consequences={[w.restoreDraft, w.restoreRuns]}
        confirmLabel={w.restoreConfirm}
        onConfirm={async () => {
          const { data: draft } = await call.GET('/api/processes/{process}/draft', { params: { path } });
          if (!draft || restored === null) return;
          await call.POST('/api/processes/{process}/versions/{number}/restore', {
            params: { path: { ...path, number: restored }, header: ifMatch(draft.version) },
          });
          await refresh('/api/processes');
          notifyDone(w.restored);
        }}
      />
    </>
  );
}
