import { useState } from 'react';
import { ActionIcon, Alert, Anchor, Button, Grid, Loader, Menu, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconDots, IconEye, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api, call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useLanguage } from '../../../lib/language';
import { sentence } from '../../../lib/sentence';
import { currentZone, fullTime } from '../../../lib/time';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { notifyDone } from '../../../ui/notify';
import { Page } from '../../../ui/Page';
import { Panel } from '../../../ui/Panel';
import { Failed, Loading, ProblemAlert } from '../../../ui/states';
import { words as shared } from '../words';
import { ChangeDialog } from './ChangeDialog';
import { Events, OneEvent } from './Events';
import { LookDialog } from './LookDialog';
import { Settings } from './Settings';
import { TriggerStateBadge } from './TriggerStateBadge';
import { Address, Secrets } from './Webhook';
import { words } from './words';

type Trigger = Schemas['Trigger'];

/** Between two looks at whether it is held, or hears at once. */
const LOOK_MS = 5_000;
/** While it hasn't looked yet, which mostly takes about a second. */
const BEGINS_MS = 500;

/** Until it is asked again for its state, in milliseconds; never for one that is paused. */
function pauseBetween(trigger: Trigger): number | false {
  if (trigger.state === 'paused') return false;
  return trigger.state === 'enabled' && !trigger.has_begun ? BEGINS_MS : LOOK_MS;
}

/** One trigger: how it is set, what happened, and what one can do with it (P5). */
export function TriggerPage() {
  const w = useWords(words);
  const ws = useWords(shared);
  const { processId, triggerId } = useParams({ from: '/shell/processes/$processId/triggers/$triggerId' });
  const found = api.useQuery('get', '/api/triggers/{trigger_id}', { params: { path: { trigger_id: triggerId } } }, {
    refetchInterval: ({ state }) => (state.data ? pauseBetween(state.data) : false),
  });
  const kinds = api.useQuery('get', '/api/trigger-kinds', {}, { staleTime: 300_000 });
  const kind = kinds.data?.items.find(({ key }) => key === found.data?.kind);
  if (found.data && kind) return <Shown trigger={found.data} kind={kind} />;
  const error = found.error ?? kinds.error;
  return (
    <Page title={w.trigger} crumbs={[{ label: ws.processes, to: '/processes' }, { label: w.title, to: `/processes/${processId}/triggers` }]}>
      {error === null ? <Loading /> : <Failed error={error} onRetry={() => void found.refetch()} />}
    </Page>
  );
}

function Shown({ trigger, kind }: { trigger: Trigger; kind: Schemas['TriggerKindShown'] }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const { language } = useLanguage();
  const { event } = useSearch({ from: '/shell/processes/$processId/triggers/$triggerId' });
  const process = trigger.process;
  const trouble = trigger.trouble;
  return (
    <Page
      title={trigger.name}
      crumbs={[
        { label: ws.processes, to: '/processes' },
        { label: process.name, to: `/processes/${process.id}` },
        { label: w.title, to: `/processes/${process.id}/triggers` },
      ]}
      badge={<TriggerStateBadge trigger={trigger} />}
      description={kind.description}
      actions={trigger.may_edit && <Actions trigger={trigger} kind={kind} />}
    >
      <Stack gap="lg">
        {trigger.state === 'held' && (
          <Alert color="orange" variant="light" icon={<IconAlertTriangle size={18} />} title={w.heldTitle}>
            {sentence(trigger.reason)} {trigger.has_begun ? w.heldText : w.heldBeforeText}
          </Alert>
        )}
        {trigger.state === 'enabled' && !trigger.has_begun && (
          <Alert color="gray" variant="light" icon={<Loader size={16} />} title={w.beginsTitle}>
            {w.beginsText}
          </Alert>
        )}
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 7 }}>
            {event === undefined ? (
              <Panel title={w.events} description={w.eventsText}>
                <Events trigger={trigger} />
              </Panel>
            ) : (
              <Panel
                title={w.event}
                description={w.eventsText}
                actions={
                  <Anchor component={Link} to={`/processes/${process.id}/triggers/${trigger.id}`} size="sm">
                    {w.allEvents}
                  </Anchor>
                }
              >
                <OneEvent trigger={trigger} id={event} />
              </Panel>
            )}
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Stack gap="lg">
              <Address trigger={trigger} />
              {trigger.kind === 'webhook' && <Secrets trigger={trigger} />}
              <Panel title={w.settings}>
                <Settings
                  trigger={trigger}
                  kind={kind}
                  rows={[
                    [
                      w.connection,
                      trigger.connection && (
                        <Anchor key="connection" component={Link} to={`/connections/${trigger.connection.id}`} size="sm">
                          {trigger.connection.name}
                        </Anchor>
                      ),
                    ],
                    [w.hears, trigger.kind === 'mail' && trigger.state !== 'paused' && (trigger.is_listening ? w.hearsAtOnce : w.looks)],
                  ]}
                />
              </Panel>
              {trigger.next_times.length > 0 && trigger.state !== 'paused' && (
                <Panel title={w.next} description={w.nextZone(currentZone())}>
                  <Stack gap={4}>
                    {trigger.next_times.map((at) => (
                      <Text key={at} size="sm" className="tabular">
                        {fullTime(new Date(at), language)}
                      </Text>
                    ))}
                  </Stack>
                </Panel>
              )}
              {trouble && (
                <Panel title={w.trouble} description={fullTime(new Date(trouble.at), language)}>
                  <Text size="sm">{sentence(trouble.message)}</Text>
                </Panel>
              )}
            </Stack>
          </Grid.Col>
        </Grid>
      </Stack>
    </Page>
  );
}

type Dialog = 'change' | 'look' | 'delete';

function Actions({ trigger, kind }: { trigger: Trigger; kind: Schemas['TriggerKindShown'] }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const params = { path: { trigger_id: trigger.id }, header: ifMatch(trigger.version) };
  const isPaused = trigger.state === 'paused';
  const turn = api.useMutation('put', '/api/triggers/{trigger_id}/state', {
    onSuccess: async () => {
      await refresh('/api/triggers');
      notifyDone(isPaused ? w.goneOn : w.pausedDone);
    },
  });
  const close = () => {
    setDialog(null);
  };
  const opens = (one: Dialog) => () => {
    setDialog(one);
  };
  return (
    <>
      <ProblemAlert error={turn.error} />
      {trigger.kind !== 'webhook' && (
        <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} onClick={opens('look')}>
          {w.look}
        </Button>
      )}
      <Button
        variant={isPaused ? 'filled' : 'default'}
        loading={turn.isPending}
        leftSection={isPaused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
        onClick={() => {
          turn.mutate({ params, body: { is_enabled: isPaused } });
        }}
      >
        {isPaused ? w.goOn : w.pause}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={w.more}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={opens('change')}>
            {w.change} …
          </Menu.Item>
          <Menu.Item color="var(--mantine-color-error)" leftSection={<IconTrash size={16} aria-hidden />} onClick={opens('delete')}>
            {w.delete} …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'change' && <ChangeDialog trigger={trigger} kind={kind} onClose={close} />}
      {dialog === 'look' && <LookDialog trigger={trigger} onClose={close} />}
      <ConfirmDialog
        isOpen={dialog === 'delete'}
        onClose={close}
        title={w.delete}
        consequences={[w.deleteNoMore, ...(trigger.kind === 'webhook' ? [w.deleteSecrets] : [])]}
        confirmLabel={w.delete}
        onConfirm={async () => {
          await call.DELETE('/api/triggers/{trigger_id}', { params });
          await navigate({ to: '/processes/$processId/{-$tab}', params: { processId: trigger.process.id, tab: 'triggers' } });
          await refresh('/api/triggers');
          notifyDone(w.deleted);
        }}
      />
    </>
  );
}
