import { useState, type ReactNode } from 'react';
import { Alert, Anchor, Button, Group, Stack } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { api, call, refresh, type Schemas } from '../../api/client';
import { useLanguage } from '../../lib/language';
import { sentence } from '../../lib/sentence';
import { duration } from '../../lib/time';
import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { notifyDone } from '../../ui/notify';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { RunStateBadge } from '../../ui/run/RunStateBadge';
import { hasEnded, isUnderWay } from '../../ui/run/states';
import { Failed, Loading, ProblemAlert } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { WithFacts } from '../../ui/WithFacts';
import { Json } from './Json';
import { Steps } from './Steps';
import { words } from './words';

/** Between two looks at a run that goes on. */
const LOOK_MS = 1_500;

/** One run: how it goes on, every step with what it read and wrote, and what a person can do (P3, P7). */
export function RunPage() {
  const w = useWords(words);
  const { runId } = useParams({ from: '/shell/runs/$runId' });
  const found = api.useQuery('get', '/api/runs/{run_id}', { params: { path: { run_id: runId } } }, {
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data.state) ? LOOK_MS : false),
  });
  if (found.data) return <Shown run={found.data} />;
  return (
    <Page title={w.run} crumbs={[{ label: w.runs, to: '/runs' }]}>
      {found.error === null ? <Loading /> : <Failed error={found.error} onRetry={() => void found.refetch()} />}
    </Page>
  );
}

function Shown({ run }: { run: Schemas['Run'] }) {
  const w = useWords(words);
  const { language } = useLanguage();
  return (
    <Page
      title={`${w.run}: ${run.process.name}`}
      crumbs={[{ label: w.runs, to: '/runs' }]}
      badge={<RunStateBadge state={run.state} />}
      actions={<Actions run={run} />}
    >
      <Stack gap="lg">
        <Trouble run={run} />
        <WithFacts
          title={w.aboutRun}
          facts={[
            [w.process, <Anchor key="process" component={Link} to={`/processes/${run.process.id}`} size="sm">{run.process.name}</Anchor>],
            [w.version, String(run.number)],
            [w.by, <Starter key="by" run={run} />],
            [w.event, run.event_id && <TriggerLink key="event" run={run} event={run.event_id}>{w.theEvent}</TriggerLink>],
            [w.started, <TimeAgo key="started" at={run.created_at} />],
            [w.ended, run.ended_at && <TimeAgo key="ended" at={run.ended_at} />],
            [w.took, run.ended_at && duration(Date.parse(run.ended_at) - Date.parse(run.created_at), language)],
            [w.due, run.due_at && <TimeAgo key="due" at={run.due_at} />],
            [w.runAs, run.run_as.name],
            [w.parent, run.parent_id && <Anchor key="parent" component={Link} to={`/runs/${run.parent_id}`} size="sm">{w.anotherRun}</Anchor>],
          ]}
          note={run.is_sealed && w.sealed}
        >
          <Panel title={w.input}>
            <Json value={run.input} />
          </Panel>
          <Steps run={run} />
          {hasEnded(run.state) && (
            <Panel title={run.error ? w.error : w.output}>
              <Json value={run.error ?? run.output} />
            </Panel>
          )}
        </WithFacts>
      </Stack>
    </Page>
  );
}

/** Who started it; of a trigger, with the way to what happened. */
function Starter({ run }: { run: Schemas['Run'] }) {
  if (run.origin !== 'trigger') return run.starter.name;
  return <TriggerLink run={run}>{run.starter.name}</TriggerLink>;
}

function TriggerLink({ run, event, children }: { run: Schemas['Run']; event?: string; children: ReactNode }) {
  const params = { processId: run.process.id, triggerId: run.starter.id };
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link {...props} to="/processes/$processId/triggers/$triggerId" params={params} search={{ event }} />}
    >
      {children}
    </Anchor>
  );
}

/** Why it doesn't go on by itself, or failed. */
function Trouble({ run }: { run: Schemas['Run'] }) {
  const w = useWords(words);
  if (run.state === 'parked') {
    return (
      <Alert color="yellow" variant="light" icon={<IconClock size={18} />} title={w.parked}>
        <Stack gap={6}>
          {run.problem?.message && <span>{sentence(run.problem.message)}</span>}
          <span>
            {w.parkedText}{' '}
            {run.problem?.connection && (
              <Anchor component={Link} to={`/connections/${run.problem.connection}`} size="sm" c="inherit" underline="always">
                {w.toConnection}
              </Anchor>
            )}
          </span>
        </Stack>
      </Alert>
    );
  }
  if (run.state !== 'faulty' && run.state !== 'failed') return null;
  const isFaulty = run.state === 'faulty';
  // A run that its own definition let fail has no problem but the cause that it names.
  const why = run.problem?.message || (typeof run.error?.cause === 'string' ? run.error.cause : '');
  return (
    <Alert
      color={isFaulty ? 'orange' : 'red'}
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={isFaulty ? w.faulty : w.failed}
      role="alert"
    >
      <Stack gap={6}>
        {why && <span>{sentence(why)}</span>}
        {isFaulty && <span>{run.may_manage ? w.faultyText(run.problem?.path ?? '') : w.faultyForOthers}</span>}
      </Stack>
    </Alert>
  );
}

function Actions({ run }: { run: Schemas['Run'] }) {
  const w = useWords(words);
  const [isCancelling, setCancelling] = useState(false);
  const path = { run_id: run.id };
  const resume = api.useMutation('post', '/api/runs/{run_id}/resume', {
    onSuccess: async () => {
      await refresh('/api/runs');
      notifyDone(w.resumed);
    },
  });
  // Put aside because servers died under it: there is no step that a person could decide about.
  const isPutAside = run.problem?.code === 'run.put_aside';
  return (
    <Group gap="xs">
      <ProblemAlert error={resume.error} />
      {isPutAside && run.may_manage && (
        <Button
          variant="default"
          loading={resume.isPending}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => {
            resume.mutate({ params: { path } });
          }}
        >
          {w.resume}
        </Button>
      )}
      {run.may_cancel && !hasEnded(run.state) && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          onClick={() => {
            setCancelling(true);
          }}
        >
          {w.cancel}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isCancelling}
        onClose={() => {
          setCancelling(false);
        }}
        title={w.cancelTitle}
        consequences={[w.cancelNoMore, w.cancelUnderWay, w.cancelNoUndo]}
        confirmLabel={w.cancel}
        cancelLabel={w.keepRunning}
        onConfirm={async () => {
          await call.POST('/api/runs/{run_id}/cancel', { params: { path } });
          await refresh('/api/runs');
          notifyDone(w.cancelled);
        }}
      />
    </Group>
  );
}
