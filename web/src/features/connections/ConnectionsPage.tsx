import { Button } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client';
import { useWords } from '../../lib/words';
import { DataTable, NothingFound, Toolbar } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';
import { ColumnChooser } from './list/ColumnChooser';
import { useColumns } from './list/columns';
import { Filters } from './list/Filters';
import { ViewAs, ViewedAs } from './list/ViewAs';
import { words as listWords } from './list/words';
import { useMayCreate } from './rights';
import type { ConnectionsSearch } from './search';
import { words as shared } from '../../ui/connection/words';

/** The connections that one created or that were shared with one (C3). */
export function ConnectionsPage() {
  const w = useWords(listWords);
  const ws = useWords(shared);
  const search = useSearch({ from: '/shell/connections' });
  const navigate = useNavigate({ from: '/connections' });
  const columns = useColumns();
  const [hidden, setHidden] = useLocalStorage<string[]>({ key: 'jackfield.connections.hidden', defaultValue: ['created'] });
  const mayCreate = useMayCreate();
  const connections = api.useInfiniteQuery('get', '/api/connections', { params: { query: queryOf(search) } }, {
    pageParamName: 'cursor',
    initialPageParam: null,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const change = (part: Partial<ConnectionsSearch>) => void navigate({ search: { ...search, ...part }, replace: true });
  const viewedAs = connections.data?.pages[0]?.viewed_as;
  const isNarrowed = [search.search, search.connector, search.state, search.unit, search.whose].some(Boolean);
  const create = mayCreate && (
    <Button component={Link} to="/connections/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {ws.newConnection}
    </Button>
  );

  return (
    <Page
      title={ws.connections}
      description={w.about}
      actions={
        <>
          <ViewAs
            onChoose={(as) => {
              change({ as });
            }}
          />
          {create}
        </>
      }
    >
      {viewedAs && (
        <ViewedAs
          viewedAs={viewedAs}
          onBack={() => {
            change({ as: undefined });
          }}
        />
      )}
      <Toolbar
        right={
          <ColumnChooser
            columns={columns.slice(1)}
            hidden={hidden}
            onChange={setHidden}
          />
        }
      >
        <Filters search={search} onChange={change} />
      </Toolbar>
      <DataTable
        label={ws.connections}
        query={connections}
        columns={columns.filter(({ key }) => !hidden.includes(key))}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/connections/${id}`}
        sort={search.sort ?? 'name'}
        onSort={(sort) => {
          change({ sort: sort === 'name' ? undefined : sort });
        }}
        empty={
          isNarrowed ? (
            <NothingFound
              onClear={() => {
                change({ search: undefined, connector: undefined, state: undefined, unit: undefined, whose: undefined });
              }}
            />
          ) : (
            <Empty
              icon={<IconPlugConnected size={24} />}
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

function queryOf(search: ConnectionsSearch) {
  return {
    search: search.search,
    connector: search.connector,
    state: search.state,
    business_unit_id: search.unit,
    created_by_me: search.whose === 'mine' || undefined,
    shared_with_me: search.whose === 'shared' || undefined,
    sort: search.sort,
    as_person_id: search.as,
  };
}
