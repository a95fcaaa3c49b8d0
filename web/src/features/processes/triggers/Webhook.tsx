import { useState } from 'react';
import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconPlus } from '@tabler/icons-react';
import { api, call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { Dialog } from '../../../ui/Dialog';
import { notifyDone } from '../../../ui/notify';
import { Panel } from '../../../ui/Panel';
import { ShownOnce } from '../../../ui/ShownOnce';
import { ProblemAlert } from '../../../ui/states';
import { TimeAgo } from '../../../ui/TimeAgo';
import { words as ui } from '../../../ui/words';
import { words } from './words';

const MOST = 2;

/** Where a webhook listens. */
export function Address({ trigger }: { trigger: Schemas['Trigger'] }) {
  const w = useWords(words);
  const wu = useWords(ui);
  const [isRenewing, setRenewing] = useState(false);
  if (trigger.path === null) return null;
  const address = window.location.origin + trigger.path;
  return (
    <Panel title={w.address} description={w.addressText}>
      <Stack gap="sm">
        <Code fz="sm" p="xs" style={{ overflowWrap: 'anywhere' }}>
          {address}
        </Code>
        <Group gap="xs">
          <CopyButton value={address}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={copy}>
                {copied ? wu.copied : wu.copy}
              </Button>
            )}
          </CopyButton>
          {trigger.may_edit && (
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                setRenewing(true);
              }}
            >
              {w.renew}
            </Button>
          )}
        </Group>
      </Stack>
      <ConfirmDialog
        isOpen={isRenewing}
        onClose={() => {
          setRenewing(false);
        }}
        title={w.renew}
        consequences={[w.renewText]}
        confirmLabel={w.renew}
        onConfirm={async () => {
          await call.POST('/api/triggers/{trigger_id}/address', {
            params: { path: { trigger_id: trigger.id }, header: ifMatch(trigger.version) },
          });
          await refresh('/api/triggers');
          notifyDone(w.renewed);
        }}
      />
    </Panel>
  );
}

/** The secrets in force: never read again, a second one while the sender changes over (C2, D65). */
export function Secrets({ trigger }: { trigger: Schemas['Trigger'] }) {
  const w = useWords(words);
  const [retiring, setRetiring] = useState<number | null>(null);
  const add = api.useMutation('post', '/api/triggers/{trigger_id}/secrets', {
    onSuccess: async () => {
      await refresh('/api/triggers');
    },
  });
  const path = { trigger_id: trigger.id };
  const isSigned = trigger.settings.verify !== 'none';
  const mayAdd = trigger.may_edit && trigger.secrets.length < MOST;
  return (
    <Panel
      title={w.secrets}
      description={isSigned ? w.secretsText : w.unsigned}
      actions={
        mayAdd && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            loading={add.isPending}
            onClick={() => {
              add.mutate({ params: { path }, body: {} });
            }}
          >
            {w.addSecret}
          </Button>
        )
      }
    >
      <Stack gap="sm">
        <ProblemAlert error={add.error} />
        {trigger.secrets.map(({ number, set_at: at }) => (
          <Group key={number} justify="space-between" wrap="nowrap">
            <Stack gap={0}>
              <Text size="sm" fw={560}>
                {w.secretNumber(number)}
              </Text>
              <Text size="xs" c="dimmed" component="span">
                {w.inForceSince} <TimeAgo at={at} />
              </Text>
            </Stack>
            {trigger.may_edit && (trigger.secrets.length > 1 || !isSigned) && (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`${w.retire}: ${w.secretNumber(number)}`}
                onClick={() => {
                  setRetiring(number);
                }}
              >
                {w.retire}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {add.data && (
        <Dialog onClose={add.reset} title={w.secretNumber(add.data.number)} isOnce>
          <Stack>
            <ShownOnce title={w.secret} text={add.data.secret}>
              {`${w.secretText} ${w.changeOver}`}
            </ShownOnce>
            <Group justify="flex-end">
              <Button onClick={add.reset}>{w.done}</Button>
            </Group>
          </Stack>
        </Dialog>
      )}
      <ConfirmDialog
        isOpen={retiring !== null}
        onClose={() => {
          setRetiring(null);
        }}
        title={w.retireTitle(retiring ?? 0)}
        consequences={[w.retireText]}
        confirmLabel={w.retire}
        onConfirm={async () => {
          await call.DELETE('/api/triggers/{trigger_id}/secrets/{number}', { params: { path: { ...path, number: retiring ?? 0 } } });
          await refresh('/api/triggers');
          notifyDone(w.retired);
        }}
      />
    </Panel>
  );
}
