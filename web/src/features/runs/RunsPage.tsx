import { Select } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { NothingFound, Toolbar } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { runStateWords } from '../../ui/run/RunStateBadge';
import { RunTable } from '../../ui/run/RunTable';
import { hasEnded, RUN_STATES } from '../../ui/run/states';
import { Empty } from '../../ui/states';
import { UnitSelect } from '../../ui/UnitSelect';
import type { RunsSearch } from './search';
import { words } from './words';

/** One's own runs, and those of the processes that one edits, owns or audits (P7). */
export function RunsPage() {
  const w = useWords(words);
  const states = useWords(runStateWords);
  const search = useSearch({ from: '/shell/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const found = api.useInfiniteQuery('get', '/api/runs', { params: { query: queryOf(search) } }, {
    ...byCursor,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some((run) => !hasEnded(run.state))) ? 3_000 : false),
  });
  const change = (part: Partial<RunsSearch>) => void navigate({ search: { ...search, ...part }, replace: true });
  const narrow = { clearable: true, w: { base: 'calc(50% - 5px)', xs: 200 } };
  return (
    <Page title={w.runs} description={w.about}>
      <Toolbar>
        <Select
          {...narrow}
          aria-label={w.state}
          placeholder={w.anyState}
          data={[{ value: 'open', label: w.open }, ...RUN_STATES.map((state) => ({ value: state, label: states[state] }))]}
          value={search.state ?? null}
          onChange={(state) => {
            change({ state: state ?? undefined });
          }}
        />
        <Select
          {...narrow}
          aria-label={w.whose}
          placeholder={w.anybody}
          data={[{ value: 'mine', label: w.mine }]}
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
      <RunTable
        label={w.runs}
        query={found}
        withProcess
        empty={
          Object.values(search).some(Boolean) ? (
            <NothingFound
              onClear={() => {
                change({ state: undefined, unit: undefined, whose: undefined });
              }}
            />
          ) : (
            <Empty icon={<IconPlayerPlay size={24} />} title={w.empty}>
              {w.emptyText}
            </Empty>
          )
        }
      />
    </Page>
  );
}

function queryOf(search: RunsSearch) {
  return {
    state: search.state === 'open' ? undefined : search.state,
    open: search.state === 'open' || undefined,
    business_unit_id: search.unit,
    started_by_me: search.whose === 'mine' || undefined,
  };
}
