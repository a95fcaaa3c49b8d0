import { useState, type ReactNode } from 'react';
import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconTrash, IconWorldShare } from '@tabler/icons-react';
import { api, call, refresh, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable, type Column } from '../../ui/DataTable';
import { notifyDone } from '../../ui/notify';
import { Empty } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { words } from './words';

type Target = Schemas['Target'];

export function Targets({ unit, emptyAction }: { unit: string | undefined; emptyAction: ReactNode }) {
  const w = useWords(words);
  const { may } = useMe();
  const [removing, setRemoving] = useState<Target | null>(null);
  const query = api.useQuery('get', '/api/outbound-targets', { params: { query: { business_unit_id: unit } } });
  const nameOf = ({ host, port }: Target) => (port === null ? host : `${host}:${port}`);

  const remove = async (target: Target) => {
    await call.DELETE('/api/outbound-targets/{target_id}', { params: { path: { target_id: target.id } } });
    await refresh();
    notifyDone(w.removed(nameOf(target)));
  };

  const columns: Column<Target>[] = [
    {
      key: 'target',
      label: w.target,
      width: '30%',
      render: ({ host, port }) => (
        <Text size="sm" span>
          <Text ff="monospace" size="sm" span>
            {host}
          </Text>{' '}
          <Text c="dimmed" size="sm" span>
            {port === null ? w.anyPort : w.port(port)}
          </Text>
        </Text>
      ),
    },
    { key: 'note', label: w.note, render: (target) => target.note },
    { key: 'by', label: w.addedBy, width: 180, render: (target) => target.created_by_name },
    { key: 'at', label: w.added, width: 160, render: (target) => <TimeAgo at={target.created_at} /> },
  ];
  if (may.allow_outbound_targets) {
    columns.push({
      key: 'actions',
      label: w.actions,
      width: 90,
      align: 'right',
      render: (target) => (
        <Tooltip label={w.remove}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={w.removeOf(nameOf(target))}
            onClick={() => {
              setRemoving(target);
            }}
          >
            <IconTrash size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      ),
    });
  }

  return (
    <>
      <DataTable
        label={w.title}
        query={{
          ...query,
          data: query.data && { pages: [{ items: query.data.items }] },
          isFetchingNextPage: false,
          hasNextPage: false,
          fetchNextPage: () => undefined,
        }}
        columns={columns}
        rowKey={(target) => target.id}
        empty={
          <Empty icon={<IconWorldShare size={24} />} title={unit ? w.emptyOfUnit : w.empty} action={emptyAction}>
            {may.allow_outbound_targets ? w.emptyMay : w.emptyMayNot}
          </Empty>
        }
      />
      {removing && (
        <ConfirmDialog
          isOpen
          onClose={() => {
            setRemoving(null);
          }}
          title={w.removeTitle(nameOf(removing))}
          consequences={[w.removeOne, w.removeTwo, w.removeThree]}
          confirmLabel={w.removeSubmit}
          onConfirm={() => remove(removing)}
        />
      )}
    </>
  );
}
