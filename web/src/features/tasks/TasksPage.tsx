import { SegmentedControl, Text } from '@mantine/core';
import { IconChecks, IconInbox } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { byCursor } from '../../api/paging';
import { listed, useWords } from '../../lib/words';
import { DataTable, Toolbar, type Column } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { TaskStateBadge } from '../../ui/run/TaskStateBadge';
import { Empty } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { Due } from './Due';
import { VIEWS, type TasksSearch } from './search';
import { words } from './words';

type Row = Schemas['TaskInList'];
type View = NonNullable<TasksSearch['view']>;

/** Between two looks at an inbox. */
const LOOK_MS = 15_000;

/** What runs ask: one's inbox, what one has answered, and what the processes that one governs ask of others. */
export function TasksPage() {
  const w = useWords(words);
  const { view = 'open' } = useSearch({ from: '/shell/tasks' });
  const navigate = useNavigate({ from: '/tasks' });
  const found = api.useInfiniteQuery('get', '/api/tasks', { params: { query: { view } } }, {
    ...byCursor,
    refetchInterval: view === 'done' ? false : LOOK_MS,
  });
  const names: Record<View, string> = { open: w.forMe, done: w.byMe, governed: w.governed };
  return (
    <Page title={w.tasks} description={w.about}>
      <Toolbar>
        <SegmentedControl
          aria-label={w.which}
          data={VIEWS.map((one) => ({ value: one, label: names[one] }))}
          value={view}
          onChange={(chosen) => void navigate({ search: { view: chosen === 'open' ? undefined : chosen }, replace: true })}
        />
      </Toolbar>
      <DataTable
        label={names[view]}
        query={found}
        columns={useColumns(view)}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/tasks/${id}`}
        empty={<Nothing view={view} />}
      />
    </Page>
  );
}

function useColumns(view: View): Column<Row>[] {
  const w = useWords(words);
  const title: Column<Row> = {
    key: 'title',
    label: w.task,
    render: (task) => (
      <span>
        {task.title}
        <Text span size="xs" c="dimmed" display="block">
          {task.process.name}
        </Text>
      </span>
    ),
  };
  const asked: Column<Row> = {
    key: 'asked',
    label: w.asked,
    render: (task) => listed([...task.people, ...task.groups].map(({ name }) => name)) || w.nobody,
  };
  const state: Column<Row> = { key: 'state', label: w.state, render: (task) => <TaskStateBadge task={task} />, width: 150 };
  const due: Column<Row> = { key: 'due', label: w.due, render: (task) => <Due task={task} /> };
  const since: Column<Row> = { key: 'since', label: w.since, render: (task) => <TimeAgo at={task.created_at} /> };
  const answered: Column<Row> = { key: 'answered', label: w.answered, render: (task) => <TimeAgo at={task.ended_at} /> };
  if (view === 'done') return [title, state, answered];
  return view === 'open' ? [title, asked, due, since] : [title, asked, state, due, since];
}

function Nothing({ view }: { view: View }) {
  const w = useWords(words);
  if (view === 'open') {
    return (
      <Empty icon={<IconChecks size={24} />} title={w.nothingToDo}>
        {w.nothingToDoText}
      </Empty>
    );
  }
  return (
    <Empty icon={<IconInbox size={24} />} title={view === 'done' ? w.nothingDone : w.nothingGoverned}>
      {view === 'done' ? w.nothingDoneText : w.nothingGovernedText}
    </Empty>
  );
}
