import { call, ifMatch, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { notifyDone } from '../../ui/notify';
import { PersonDialog } from './PersonDialog';
import { words } from './words';

export function EditPersonDialog({ person, onClose }: { person: Schemas['Person']; onClose: () => void }) {
  const w = useWords(words);
  return (
    <PersonDialog
      initial={{ name: person.name, signInName: null, email: person.email }}
      title={w.editTitle}
      submitLabel={w.save}
      onClose={onClose}
      onSubmit={async ({ name, email }) => {
        await call.PATCH('/api/people/{person_id}', {
          params: { path: { person_id: person.id }, header: ifMatch(person.version) },
          body: { name, email },
        });
        await refresh();
        notifyDone(w.saved);
      }}
    />
  );
}
