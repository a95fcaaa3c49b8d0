import { Button, Select } from '@mantine/core';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { reachesAny, useMe } from '../../api/me';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { DataTable, NothingFound, Toolbar, type Column } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { SearchInput } from '../../ui/SearchInput';
import { Empty } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { UnitSelect } from '../../ui/UnitSelect';
import { ProcessState } from './ProcessState';
import { STATES, type ProcessesSearch } from './search';
import { words } from './words';

type Row = Schemas['ProcessInList'];

/** The processes that one edits, audits, owns or may run (P1). */
export function ProcessesPage() {
  const w = useWords(words);
  const search = useSearch({ from: '/shell/processes' });
  const navigate = useNavigate({ from: '/processes' });
  const mayCreate = reachesAny(useMe().may.create_processes);
  const found = api.useInfiniteQuery('get', '/api/processes', { params: { query: queryOf(search) } }, byCursor);
  const change = (part: Partial<ProcessesSearch>) => void navigate({ search: { ...search, ...part }, replace: true });
  const create = mayCreate && (
    <Button component={Link} to="/processes/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {w.create}
    </Button>
  );
  const narrow = { clearable: true, w: { base: 'calc(50% - 5px)', xs: 190 } };
  return (
    <Page title={w.processes} description={w.about} actions={create}>
      <Toolbar>
        <SearchInput
          label={w.search}
          value={search.search ?? ''}
          onChange={(text) => {
            change({ search: text || undefined });
          }}
        />
        <Select
          {...narrow}
          aria-label={w.state}
          placeholder={w.anyState}
          data={STATES.map((state) => ({ value: state, label: w[state] }))}
          value={search.state ?? null}
          onChange={(state) => {
            change({ state: state ?? undefined });
          }}
        />
        <Select
          {...narrow}
          aria-label={w.whose}
          placeholder={w.anybody}
          data={[
            { value: 'mine', label: w.mine },
            { value: 'runnable', label: w.runnable },
          ]}
          value={search.whose ?? null}
          onChange={(whose) => {
            change({ whose: whose ?? undefined });
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
        label={w.processes}
        query={found}
        columns={useColumns()}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/processes/${id}`}
        empty={
          Object.values(search).some(Boolean) ? (
            <NothingFound
              onClear={() => {
                change({ search: undefined, unit: undefined, state: undefined, whose: undefined });
              }}
            />
          ) : (
            <Empty
              icon={<IconRoute size={24} />}
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
    { key: 'name', label: w.name, render: ({ name }) => name },
    { key: 'unit', label: w.unit, render: ({ business_unit: unit }) => unit.name },
    { key: 'state', label: w.state, render: (process) => <ProcessState process={process} /> },
    { key: 'version', label: w.published, render: ({ published }) => <span className="whole">{published === null ? w.notPublished : w.version(published)}</span> },
    { key: 'owner', label: w.owner, render: ({ owner }) => owner.name },
    { key: 'modified', label: w.modified, render: ({ modified_at: at }) => <TimeAgo at={at} /> },
  ];
}

function queryOf(search: ProcessesSearch) {
  return {
    search: search.search,
    business_unit_id: search.unit,
    state: search.state,
    owned_by_me: search.whose === 'mine' || undefined,
    runnable: search.whose === 'runnable' || undefined,
  };
}
