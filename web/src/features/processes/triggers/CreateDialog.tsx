import { useState } from 'react';
import { Button, Group, Select, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Dialog } from '../../../ui/Dialog';
import { notifyDone } from '../../../ui/notify';
import { QueryView } from '../../../ui/QueryView';
import { ShownOnce } from '../../../ui/ShownOnce';
import { TriggerForm } from './TriggerForm';
import { words } from './words';

interface CreateDialogProps {
  process: Schemas['Process'];
  onClose: () => void;
}

/** Makes a trigger with the form of its kind; a webhook's secret is shown here alone (P5). */
export function CreateDialog({ process, onClose }: CreateDialogProps) {
  const w = useWords(words);
  const navigate = useNavigate();
  const kinds = api.useQuery('get', '/api/trigger-kinds', {}, { staleTime: 300_000 });
  const [key, setKey] = useState<Schemas['TriggerKindShown']['key']>('schedule');
  const [made, setMade] = useState<Schemas['CreatedTrigger'] | null>(null);
  const open = async (trigger: Schemas['CreatedTrigger']) => {
    onClose();
    await navigate({ to: '/processes/$processId/triggers/$triggerId', params: { processId: process.id, triggerId: trigger.id } });
  };
  const create = api.useMutation('post', '/api/triggers', {
    onSuccess: async (trigger) => {
      notifyDone(w.made);
      await refresh('/api/triggers');
      if (trigger.secret === null) await open(trigger);
      else setMade(trigger);
    },
  });
  return (
    <Dialog onClose={onClose} size="lg" title={w.create} isOnce={made !== null}>
      {made?.secret ? (
        <Stack>
          <ShownOnce title={w.secret} text={made.secret}>
            {w.secretText}
          </ShownOnce>
          {made.path && (
            <ShownOnce title={w.address} text={window.location.origin + made.path}>
              {w.addressAgain}
            </ShownOnce>
          )}
          <Group justify="flex-end">
            <Button onClick={() => void open(made)}>{w.done}</Button>
          </Group>
        </Stack>
      ) : (
        <QueryView query={kinds}>
          {({ items }) => (
            <Stack>
              <Select
                label={w.kind}
                description={items.find((one) => one.key === key)?.description}
                data={items.map((one) => ({ value: one.key, label: one.title }))}
                value={key}
                allowDeselect={false}
                onChange={(chosen) => {
                  create.reset();
                  setKey(items.find((one) => one.key === chosen)?.key ?? key);
                }}
              />
              {items
                .filter((one) => one.key === key)
                .map((kind) => (
                  <TriggerForm
                    key={kind.key}
                    kind={kind}
                    unitId={process.business_unit.id}
                    submitLabel={w.make}
                    isBusy={create.isPending}
                    error={create.error}
                    onClose={onClose}
                    onSubmit={(filled) => {
                      create.mutate({ body: { process: process.id, kind: kind.key, is_enabled: true, ...filled } });
                    }}
                  />
                ))}
            </Stack>
          )}
        </QueryView>
      )}
    </Dialog>
  );
}
