import { useState } from 'react';
import { call, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import type { InstallationRole } from '../../ui/roleWords';
import { CodeDialog } from './CodeDialog';
import { InstallationRolesField } from './InstallationRolesField';
import { PersonDialog } from './PersonDialog';
import { words } from './words';

const NOBODY = { name: '', signInName: '', email: '' };

/** Asks for the person, then shows the code to hand over. */
export function AddPersonDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const [roles, setRoles] = useState<InstallationRole[]>([]);
  const [issued, setIssued] = useState<Schemas['SignInCode'] | null>(null);

  if (issued) return <CodeDialog issued={issued} title={w.addedTitle(issued.person.name)} isNew onClose={onClose} />;
  return (
    <PersonDialog
      initial={NOBODY}
      title={w.addTitle}
      submitLabel={w.add}
      onClose={onClose}
      onSubmit={async ({ name, signInName, email }) => {
        const { data } = await call.POST('/api/people', {
          body: { name, sign_in_name: signInName, email, installation_roles: roles },
        });
        await refresh('/api/people');
        setIssued(data ?? null);
      }}
      staysOpen
    >
      <InstallationRolesField value={roles} onChange={setRoles} />
    </PersonDialog>
  );
}
