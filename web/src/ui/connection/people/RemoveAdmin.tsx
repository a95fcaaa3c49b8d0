import { useNavigate } from '@tanstack/react-router';
import { api, refresh, type Schemas } from '../../../api/client';
import { useMe } from '../../../api/me';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../ConfirmDialog';
import { notifyDone } from '../../notify';
import { words } from './words';

interface RemoveAdminProps {
  connection: Schemas['Connection'];
  /** Nobody: nothing is asked. */
  person: Schemas['Named'] | null;
  onClose: () => void;
}

/** Asks before somebody's rights end; one's own may end what one can see. */
export function RemoveAdmin({ connection, person, onClose }: RemoveAdminProps) {
  const w = useWords(words);
  const me = useMe();
  const navigate = useNavigate();
  const remove = api.useMutation('delete', '/api/connections/{connection}/admins/{person_id}');
  if (!person) return null;
  const isMe = person.id === me.person_id;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={isMe ? w.removeSelfTitle : w.removeTitle(person.name)}
      consequences={[isMe ? w.removeSelfText : w.removeText(person.name), w.nothingStops]}
      confirmLabel={isMe ? w.leaveConfirm : w.removeConfirm}
      onConfirm={async () => {
        const left = await remove.mutateAsync({ params: { path: { connection: connection.id, person_id: person.id } } });
        // No answer: one may no longer see it.
        if (!left) await navigate({ to: '/connections', search: {} });
        await refresh('/api/connections');
        notifyDone(w.removed(person.name));
      }}
    />
  );
}
