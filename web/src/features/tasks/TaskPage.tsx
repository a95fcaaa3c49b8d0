import { useState } from 'react';
import { Alert, Anchor, Button } from '@mantine/core';
import { IconInfoCircle, IconUsers } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { sentence } from '../../lib/sentence';
import { listed, useWords } from '../../lib/words';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { TaskStateBadge } from '../../ui/run/TaskStateBadge';
import { Failed, Loading } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { WithFacts } from '../../ui/WithFacts';
import { AnswerForm } from './AnswerForm';
import { Approval } from './Approval';
import { Due } from './Due';
import { Given } from './Given';
import { ReassignDialog } from './ReassignDialog';
import { TaskText } from './TaskText';
import { words } from './words';

/** One task: what is asked, and answering it (P2). */
export function TaskPage() {
  const w = useWords(words);
  const { taskId } = useParams({ from: '/shell/tasks/$taskId' });
  const found = api.useQuery('get', '/api/tasks/{task_id}', { params: { path: { task_id: taskId } } });
  if (found.data) return <Shown task={found.data} />;
  return (
    <Page title={w.task} crumbs={[{ label: w.tasks, to: '/tasks' }]}>
      {found.error === null ? <Loading /> : <Failed error={found.error} onRetry={() => void found.refetch()} />}
    </Page>
  );
}

function Shown({ task }: { task: Schemas['Task'] }) {
  const w = useWords(words);
  const [isReassigning, setReassigning] = useState(false);
  return (
    <Page
      title={task.title}
      crumbs={[{ label: w.tasks, to: '/tasks' }]}
      badge={<TaskStateBadge task={task} />}
      actions={
        task.may_reassign && (
          <Button
            variant="default"
            leftSection={<IconUsers size={16} aria-hidden />}
            onClick={() => {
              setReassigning(true);
            }}
          >
            {w.reassign}
          </Button>
        )
      }
    >
      <WithFacts
        title={w.aboutTask}
        facts={[
          [w.process, task.process.name],
          [w.run, <Anchor key="run" component={Link} to={`/runs/${task.run_id}`} size="sm">{w.toRun}</Anchor>],
          [w.asked, listed([...task.people, ...task.groups].map(({ name }) => name)) || w.nobody],
          [w.since, <TimeAgo key="since" at={task.created_at} />],
          [w.due, task.state === 'open' && <Due key="due" task={task} />],
          [w.expires, task.state === 'open' && task.expires_at && <TimeAgo key="expires" at={task.expires_at} />],
          [w.by, task.decided_by && `${task.decided_by.name}${task.is_by_link ? ` ${w.byLink}` : ''}`],
          [w.answered, task.state === 'done' && <TimeAgo key="answered" at={task.ended_at} />],
        ]}
        note={task.is_sealed && w.sealed}
      >
        {task.text && (
          <Panel>
            <TaskText task={task} />
          </Panel>
        )}
        <Answering task={task} />
      </WithFacts>
      {isReassigning && (
        <ReassignDialog
          task={task}
          onClose={() => {
            setReassigning(false);
          }}
        />
      )}
    </Page>
  );
}

/** What one can do about it, or what became of it. */
function Answering({ task }: { task: Schemas['Task'] }) {
  const w = useWords(words);
  if (task.may_decide) return task.kind === 'approve' ? <Approval task={task} /> : <AnswerForm key={task.version} task={task} />;
  if (task.state === 'open') {
    return (
      <Alert color="gray" icon={<IconInfoCircle size={18} />} title={w.notYours}>
        {sentence(task.why_not)}
      </Alert>
    );
  }
  if (task.state === 'done') return <Given task={task} />;
  return (
    <Alert color="gray" icon={<IconInfoCircle size={18} />} title={task.state === 'expired' ? w.expired : w.withdrawn}>
      {task.state === 'expired' ? w.expiredText : w.withdrawnText}
    </Alert>
  );
}
