import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { api, ifMatch, queryClient, refresh, type Schemas } from '../../../api/client';
import { useMe } from '../../../api/me';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../ConfirmDialog';
import { notifyDone } from '../../notify';
import { Blockers, blockersOf } from './Blockers';
import { DialogFrame, type DialogProps } from './DialogFrame';
import { numberOf } from './ReplaceDialog';
import { words } from './words';

interface DeleteDialogProps extends DialogProps {
  connection: Schemas['Connection'];
}

/** Says in numbers what will happen, and when it is refused, what stands in the way (C11). */
export function DeleteDialog({ connection, isOpen, onClose }: DeleteDialogProps) {
  const w = useWords(words);
  const me = useMe();
  const navigate = useNavigate();
  const [refusal, setRefusal] = useState<unknown>(null);
  const remove = api.useMutation('delete', '/api/connections/{connection}');
  const found = refusal === null ? null : blockersOf(refusal);
  const close = () => {
    setRefusal(null);
    onClose();
  };

  if (found) {
    return (
      <DialogFrame isOpen={isOpen} onClose={close} title={w.blockedTitle}>
        <Blockers found={found} onClose={close} />
      </DialogFrame>
    );
  }
  const secrets = connection.details?.secrets.filter((one) => one.is_set).length ?? 0;
  const others = connection.shared_with.filter(({ id }) => id !== me.person_id).length;
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={close}
      title={w.deleteTitle(connection.name)}
      consequences={[
        w.deleteCredentials(secrets),
        w.deleteUses(numberOf(connection.uses)),
        w.deleteAdmins(others),
        w.deleteRecord,
      ]}
      confirmLabel={w.delete}
      typeToConfirm={{ label: w.deleteType(connection.name), text: connection.name }}
      onConfirm={async () => {
        try {
          await remove.mutateAsync({
            params: { path: { connection: connection.id }, header: ifMatch(connection.version) },
          });
        } catch (error) {
          if (toProblem(error).code === 'connection.in_use') setRefusal(error);
          throw error;
        }
        await navigate({ to: '/connections', search: {} });
        queryClient.removeQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes(connection.id) });
        await refresh('/api/connections');
        notifyDone(w.deleted(connection.name));
      }}
    />
  );
}
