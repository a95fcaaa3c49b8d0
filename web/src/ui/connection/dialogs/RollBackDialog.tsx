import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../ConfirmDialog';
import { notifyDone } from '../../notify';
import type { DialogProps } from './DialogFrame';
import { words } from './words';

/** The replaced credentials are kept for a while (C5). */
export function RollBackDialog({ connection, isOpen, onClose }: DialogProps & { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const rollBack = api.useMutation('post', '/api/connections/{connection}/roll-back');
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={w.rollBackTitle}
      consequences={[w.rollBackWhat, w.rollBackKept]}
      confirmLabel={w.rollBack}
      color="petrol"
      onConfirm={async () => {
        await rollBack.mutateAsync({
          params: { path: { connection: connection.id }, header: ifMatch(connection.version) },
        });
        await refresh('/api/connections');
        notifyDone(w.rolledBack);
      }}
    />
  );
}
