import { useEffect, useState } from 'react';
import { Alert, Anchor, Badge, Box, Button, Collapse, Grid, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { byCursor } from '../../api/paging';
import { useLanguage } from '../../lib/language';
import { sentence } from '../../lib/sentence';
import { duration } from '../../lib/time';
import { listed, useWords } from '../../lib/words';
import { Panel } from '../../ui/Panel';
import { RunStateBadge } from '../../ui/run/RunStateBadge';
import { isUnderWay } from '../../ui/run/states';
import { TaskStateBadge } from '../../ui/run/TaskStateBadge';
import { Failed, Loading } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { RetryDialog, SkipDialog } from './Decisions';
import { Json } from './Json';
import classes from './Steps.module.css';
import { words } from './words';

type Step = Schemas['RunStep'];

/** Every attempt of every step, with what it read and wrote; the ones that wait for a decision can be mended (P3, P7). */
export function Steps({ run }: { run: Schemas['Run'] }) {
  const w = useWords(words);
  const found = api.useInfiniteQuery('get', '/api/runs/{run_id}/steps', { params: { path: { run_id: run.id }, query: { limit: 100 } } }, {
    ...byCursor,
    refetchInterval: isUnderWay(run.state) ? 1_500 : false,
  });
  const { refetch } = found;
  // What brought it to another state is a step: they are read once more then.
  useEffect(() => {
    void refetch();
  }, [run.state, refetch]);
  const steps = found.data?.pages.flatMap(({ items }) => items);
  return (
    <Panel title={w.steps} description={w.stepsText}>
      {!steps ? (
        found.error ? <Failed error={found.error} onRetry={() => void found.refetch()} /> : <Loading rows={3} />
      ) : steps.length === 0 ? (
        <Stack gap={2}>
          <Text size="sm" fw={550}>
            {w.noSteps}
          </Text>
          <Text size="sm" c="dimmed">
            {w.noStepsText}
          </Text>
        </Stack>
      ) : (
        <Stack gap="xs" component="ol" className={classes.steps} aria-label={w.steps}>
          {steps.map((step) => (
            <Row key={step.n} run={run} step={step} />
          ))}
          {found.hasNextPage && (
            <Group justify="center">
              <Button variant="default" size="xs" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {w.more}
              </Button>
            </Group>
          )}
        </Stack>
      )}
    </Panel>
  );
}

function Row({ run, step }: { run: Schemas['Run']; step: Step }) {
  const w = useWords(words);
  const { language } = useLanguage();
  const isStuck = run.state === 'faulty' && (run.problem?.steps ?? []).includes(step.n) && step.decision === null;
  const [isOpen, setOpen] = useState(isStuck);
  const [deciding, setDeciding] = useState<'retry' | 'skip' | null>(null);
  const close = () => {
    setDeciding(null);
  };
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Paper component="li" className={classes.step} data-stuck={isStuck || undefined}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        <Chevron size={16} aria-hidden />
        <span className={classes.name}>
          <Text span size="sm" fw={550} display="block">
            {step.path.replace(/^\//, '')}
          </Text>
          <Text span size="xs" c="dimmed" display="block">
            {step.resource.replace('connection:', '')}
            {step.connection && ` · ${step.connection.name}`}
            {step.child && ` · ${step.child.process.name}`}
            {step.task && ` · ${step.task.title}`}
            {step.attempt > 1 && ` · ${w.attempt} ${step.attempt}`}
          </Text>
        </span>
        <StatusBadge step={step} />
        <Text span size="xs" c="dimmed" className={`tabular ${classes.took ?? ''}`}>
          {step.duration_ms === null ? <TimeAgo at={step.started_at} /> : duration(step.duration_ms, language)}
        </Text>
      </UnstyledButton>
      {step.task?.state === 'open' && (
        <Box px="md" pb="sm">
          <Asked task={step.task} />
        </Box>
      )}
      <Collapse expanded={isOpen}>
        <Stack gap="sm" p="md" pt={0}>
          {step.status === 'unknown' && <Alert color="orange">{w.unknownText}</Alert>}
          {step.status === 'lost' && <Alert color="gray">{w.lostText}</Alert>}
          {step.decision && (
            <Text size="sm">
              {w.decided(step.decision.what === 'again' ? w.statusAgain : w.statusSkipped, step.decision.by?.name ?? w.somebody)},{' '}
              <TimeAgo at={step.decision.at} />
            </Text>
          )}
          {step.child && (
            <Group gap="xs">
              <Text size="sm">{w.child}</Text>
              <Anchor component={Link} to={`/runs/${step.child.id}`} size="sm">
                {step.child.process.name}
              </Anchor>
              <RunStateBadge state={step.child.state} />
            </Group>
          )}
          {step.task && step.task.state !== 'open' && <Asked task={step.task} />}
          {isOpen && <Values step={step} />}
          {isStuck && run.may_manage && (
            <Group gap="xs">
              <Button
                size="xs"
                onClick={() => {
                  setDeciding('retry');
                }}
              >
                {w.retry}
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  setDeciding('skip');
                }}
              >
                {w.skip}
              </Button>
            </Group>
          )}
        </Stack>
      </Collapse>
      {deciding === 'retry' && <RetryDialog runId={run.id} step={step} onClose={close} />}
      {deciding === 'skip' && <SkipDialog runId={run.id} step={step} onClose={close} />}
    </Paper>
  );
}

/** Of a step that asks people: whom, until when, and who answered. */
function Asked({ task }: { task: Schemas['TaskInList'] }) {
  const w = useWords(words);
  const asked = listed([...task.people, ...task.groups].map(({ name }) => name));
  const until = task.due_at ?? task.expires_at;
  return (
    <Group gap="xs">
      <Text size="sm">
        {task.state === 'open' ? w.waitsFor(asked) : task.decided_by ? w.answeredBy(task.decided_by.name) : w.asked(asked)}
        {task.state === 'open' && until && (
          <>
            {', '}
            {w.dueAt} <TimeAgo at={until} />
          </>
        )}
      </Text>
      <TaskStateBadge task={task} />
      <Anchor component={Link} to={`/tasks/${task.id}`} size="sm">
        {w.toTask}
      </Anchor>
    </Group>
  );
}

function Values({ step }: { step: Step }) {
  const w = useWords(words);
  const repeats: Record<string, string> = { read: w.read, repeatable: w.repeatable, keyed: w.keyed, once: w.once };
  return (
    <>
      {step.message && <Text size="sm">{sentence(step.message)}</Text>}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Text size="xs" c="dimmed" fw={550} mb={4}>
            {w.input}
          </Text>
          <Json value={step.input} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Text size="xs" c="dimmed" fw={550} mb={4}>
            {step.error ? w.error : w.output}
          </Text>
          <Json value={step.error ?? step.output} />
        </Grid.Col>
      </Grid>
      {step.repeat && (
        <Text size="xs" c="dimmed">
          {repeats[step.repeat]}
        </Text>
      )}
    </>
  );
}

const COLORS: Record<Schemas['StepStatus'], string> = {
  open: 'blue',
  waiting: 'gray',
  done: 'teal',
  failed: 'red',
  unknown: 'orange',
  lost: 'gray',
  skipped: 'gray',
  again: 'gray',
  aborted: 'gray',
};

function StatusBadge({ step }: { step: Step }) {
  const w = useWords(words);
  const names: Record<Schemas['StepStatus'], string> = {
    open: w.whyOpen,
    waiting: w.statusWaiting,
    done: w.statusDone,
    failed: w.statusFailed,
    unknown: w.statusUnknown,
    lost: w.statusLost,
    skipped: w.statusSkipped,
    again: w.statusAgain,
    aborted: w.statusAborted,
  };
  const shown = step.decision?.what ?? step.status;
  return (
    <Badge color={COLORS[shown]} variant="dot" radius="xl" miw="max-content">
      {names[shown]}
    </Badge>
  );
}
