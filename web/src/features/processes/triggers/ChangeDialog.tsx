import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Dialog } from '../../../ui/Dialog';
import { notifyDone } from '../../../ui/notify';
import { TriggerForm } from './TriggerForm';
import { words } from './words';

interface ChangeDialogProps {
  trigger: Schemas['Trigger'];
  kind: Schemas['TriggerKindShown'];
  onClose: () => void;
}

/** Sets a trigger otherwise; what it has seen stays seen, unless it looks elsewhere. */
export function ChangeDialog({ trigger, kind, onClose }: ChangeDialogProps) {
  const w = useWords(words);
  const change = api.useMutation('patch', '/api/triggers/{trigger_id}', {
    onSuccess: async () => {
      onClose();
      notifyDone(w.changed);
      await refresh('/api/triggers');
    },
  });
  return (
    <Dialog onClose={onClose} size="lg" title={w.change}>
      <TriggerForm
        kind={kind}
        unitId={trigger.business_unit.id}
        trigger={trigger}
        submitLabel={w.save}
        isBusy={change.isPending}
        error={change.error}
        onClose={onClose}
        onSubmit={({ name, settings, connection }) => {
          change.mutate({
            params: { path: { trigger_id: trigger.id }, header: ifMatch(trigger.version) },
            body: { name, settings, connection: connection === trigger.connection?.id ? undefined : connection },
          });
        }}
      />
    </Dialog>
  );
}
