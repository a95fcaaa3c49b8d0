import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconApi, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { reachesAny, useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { ConnectorIcon } from '../../ui/ConnectorIcon';
import { DataTable, NothingFound, Toolbar, type Column } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { SearchInput } from '../../ui/SearchInput';
import { StateBadge } from '../../ui/StateBadge';
import { Empty } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { UnitSelect } from '../../ui/UnitSelect';
import type { IntegrationsSearch } from './search';
import { words } from './words';

type Row = Schemas['IntegrationInList'];

/** The custom integrations that one administers, or of which one may call a method (O7). */
export function IntegrationsPage() {
  const w = useWords(words);
  const search = useSearch({ from: '/shell/integrations' });
  const navigate = useNavigate({ from: '/integrations' });
  const mayCreate = reachesAny(useMe().may.create_connections);
  const found = api.useInfiniteQuery(
    'get',
    '/api/integrations',
    { params: { query: { search: search.search, business_unit_id: search.unit, sort: search.sort } } },
    { pageParamName: 'cursor', initialPageParam: null, getNextPageParam: (page) => page.next ?? undefined },
  );
  const change = (part: Partial<IntegrationsSearch>) => void navigate({ search: { ...search, ...part }, replace: true });
  const create = mayCreate && (
    <Button component={Link} to="/integrations/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {w.create}
    </Button>
  );
  return (
    <Page title={w.integrations} description={w.about} actions={create}>
      <Toolbar>
        <SearchInput
          label={w.search}
          value={search.search ?? ''}
          onChange={(text) => {
            change({ search: text || undefined });
          }}
        />
        <UnitSelect
          label={w.unit}
          anyUnit={w.anyUnit}
          value={search.unit}
          onChange={(unit) => {
            change({ unit });
          }}
        />
      </Toolbar>
      <DataTable
        label={w.integrations}
        query={found}
        columns={useColumns()}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/integrations/${id}`}
        sort={search.sort ?? 'name'}
        onSort={(sort) => {
          change({ sort: sort === 'name' ? undefined : sort });
        }}
        empty={
          (search.search ?? search.unit) ? (
            <NothingFound
              onClear={() => {
                change({ search: undefined, unit: undefined });
              }}
            />
          ) : (
            <Empty
              icon={<IconApi size={24} />}
              title={mayCreate ? w.emptyTitle : w.emptyForOthersTitle}
              action={create}
            >
              {mayCreate ? w.emptyText : w.emptyForOthersText}
            </Empty>
          )
        }
      />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const w = useWords(words);
  return [
    {
      key: 'title',
      label: w.title,
      sort: 'name',
      render: (row) => (
        <Group gap="sm" wrap="nowrap">
          <ConnectorIcon connector="openapi" size={32} />
          <Stack gap={0}>
            <Text size="sm" fw={550}>
              {row.title}
            </Text>
            <Text size="xs" c="dimmed" fw={400} lineClamp={1}>
              {row.api_title} {row.api_version}
            </Text>
          </Stack>
        </Group>
      ),
    },
    { key: 'unit', label: w.unit, render: (row) => row.business_unit.name },
    { key: 'health', label: w.health, render: (row) => <StateBadge state={row.state} /> },
    {
      key: 'methods',
      label: w.methods,
      render: (row) => (
        <Stack gap={3} align="flex-start">
          <Text size="sm" className="tabular" span>
            {w.granted(row.granted, row.methods)}
          </Text>
          {row.held > 0 && (
            <Badge color="orange" size="sm">
              {w.held(row.held)}
            </Badge>
          )}
        </Stack>
      ),
    },
    { key: 'mine', label: w.mine, render: (row) => (row.mine > 0 ? w.mineText(row.mine) : <Dimmed>{w.nothing}</Dimmed>) },
    { key: 'last_used', label: w.lastUsed, sort: 'last_used', render: (row) => <TimeAgo at={row.last_used_at} /> },
  ];
}

function Dimmed({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" span>
      {children}
    </Text>
  );
}
