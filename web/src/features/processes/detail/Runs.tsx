import { IconPlayerPlay } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { byCursor } from '../../../api/paging';
import { useWords } from '../../../lib/words';
import { RunTable } from '../../../ui/run/RunTable';
import { hasEnded } from '../../../ui/run/states';
import { Empty } from '../../../ui/states';
import { words } from './words';

/** Its runs; those that one may see: all of them, or one's own. */
export function Runs({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  const found = api.useInfiniteQuery('get', '/api/runs', { params: { query: { process_id: process.id } } }, {
    ...byCursor,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some((run) => !hasEnded(run.state))) ? 3_000 : false),
  });
  return (
    <RunTable
      label={w.runs}
      query={found}
      empty={
        <Empty icon={<IconPlayerPlay size={24} />} title={w.noRuns}>
          {process.published === null ? w.noRunsDraft : w.noRunsText}
        </Empty>
      }
    />
  );
}
