import type { ReactNode } from 'react';
import { Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useLanguage } from '../../lib/language';
import { duration } from '../../lib/time';
import { useWords } from '../../lib/words';
import { DataTable, type Column, type Paged } from '../DataTable';
import { TimeAgo } from '../TimeAgo';
import { RunStateBadge } from './RunStateBadge';
import { words } from './words';

type Row = Schemas['RunInList'];

interface RunTableProps {
  label: string;
  query: Paged<Row>;
  /** Left out where all are of one process. */
  withProcess?: boolean;
  empty: ReactNode;
}

/** Runs, the newest first: how each is, what it runs, who started it and how long it took. */
export function RunTable({ label, query, withProcess = false, empty }: RunTableProps) {
  const w = useWords(words);
  const { language } = useLanguage();
  const origins = { hand: w.hand, api: w.api, trigger: w.trigger, process: w.byProcess };
  const state: Column<Row> = { key: 'state', label: w.state, render: (run) => <RunStateBadge state={run.state} />, width: 180 };
  const process: Column<Row> = { key: 'process', label: w.process, render: (run) => run.process.name };
  const rest: Column<Row>[] = [
    { key: 'started', label: w.started, render: (run) => <TimeAgo at={run.created_at} /> },
    {
      key: 'by',
      label: w.by,
      render: (run) => (
        <span>
          {run.starter.name}{' '}
          <Text span size="xs" c="dimmed">
            {origins[run.origin]}
          </Text>
        </span>
      ),
    },
    { key: 'version', label: w.version, render: (run) => <span className="tabular">{run.number}</span>, align: 'right', onPhone: 'hidden' },
    {
      key: 'took',
      label: w.took,
      align: 'right',
      render: (run) => (
        <span className="tabular">
          {run.ended_at ? duration(Date.parse(run.ended_at) - Date.parse(run.created_at), language) : w.noDuration}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={label}
      query={query}
      columns={withProcess ? [process, { ...state, onPhone: 'labelled' }, ...rest] : [state, ...rest]}
      rowKey={({ id }) => id}
      rowTo={({ id }) => `/runs/${id}`}
      empty={empty}
    />
  );
}
