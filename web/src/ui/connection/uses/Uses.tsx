import { Anchor, Badge, Code, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconAffiliate, IconLock } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { DataTable, type Column } from '../../DataTable';
import { Empty } from '../../states';
import { words } from './words';

type Use = Schemas['ConnectionUse'];

/** What refers to it, drafts included (C15); what one may not see is counted, and its owner named. */
export function Uses({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const found = api.useQuery('get', '/api/connections/{connection}/uses', {
    params: { path: { connection: connection.id } },
  });
  const hidden = Object.entries(found.data?.hidden ?? {});
  const columns: Column<Use>[] = [
    { key: 'label', label: w.label, render: (one) => (one.link ? <Anchor href={one.link} size="sm" fw={550}>{one.label}</Anchor> : <b>{one.label}</b>) },
    { key: 'kind', label: w.kind, render: (one) => w[one.kind] },
    { key: 'container', label: w.container, render: (one) => one.container || '–' },
    { key: 'state', label: w.state, render: (one) => <UseState use={one} /> },
    ...(found.data?.items.some(({ methods }) => methods.length > 0)
      ? [{ key: 'methods', label: w.methods, render: (one: Use) => <Methods names={one.methods} /> }]
      : []),
    { key: 'owner', label: w.owner, render: (one) => one.owner_name },
  ];
  return (
    <Stack gap="sm">
      <DataTable
        label={w.title}
        query={{
          data: found.data && { pages: [found.data] },
          error: found.error,
          isPending: found.isPending,
          isFetchingNextPage: false,
          hasNextPage: false,
          refetch: () => found.refetch(),
          fetchNextPage: () => undefined,
        }}
        columns={columns}
        rowKey={(one) => `${one.kind} ${one.id} ${one.part}`}
        empty={
          hidden.length === 0 && (
            <Empty icon={<IconAffiliate size={24} />} title={w.empty}>
              {w.emptyText}
            </Empty>
          )
        }
      />
      {hidden.map(([owner, n]) => (
        <Text key={owner} size="sm" c="dimmed">
          <IconLock size={14} aria-hidden /> {w.hidden(n, owner)}
        </Text>
      ))}
    </Stack>
  );
}

/** What it calls of a custom integration. */
function Methods({ names }: { names: string[] }) {
  return names.length === 0 ? (
    '–'
  ) : (
    <Group gap={4}>
      {names.map((name) => (
        <Code key={name}>{name}</Code>
      ))}
    </Group>
  );
}

function UseState({ use }: { use: Use }) {
  const w = useWords(words);
  const badge = <Badge variant="dot" color={use.blocks_deletion ? 'teal' : 'gray'}>{w[use.state]}</Badge>;
  return use.blocks_deletion ? <Tooltip label={w.blocks}>{badge}</Tooltip> : badge;
}
