import { useState } from 'react';
import { Alert } from '@mantine/core';
import { call, ifMatch, refresh, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import type { InstallationRole } from '../../ui/roleWords';
import { InstallationRolesField } from './InstallationRolesField';
import { words } from './words';

/** The last super admin can't be made anything less: the server refuses, and says why. */
export function InstallationRolesDialog({ person, onClose }: { person: Schemas['Person']; onClose: () => void }) {
  const w = useWords(words);
  const me = useMe();
  const [roles, setRoles] = useState<InstallationRole[]>(person.installation_roles);
  const losesIt = person.installation_roles.includes('super_admin') && !roles.includes('super_admin');

  const save = async () => {
    await call.PATCH('/api/people/{person_id}', {
      params: { path: { person_id: person.id }, header: ifMatch(person.version) },
      body: { installation_roles: roles },
    });
    await refresh();
    notifyDone(w.saved);
  };

  return (
    <FormDialog onClose={onClose} title={w.changeInstallationRoles} submitLabel={w.save} onSubmit={save}>
      <InstallationRolesField value={roles} onChange={setRoles} />
      {losesIt && (
        <Alert color="orange" role="status">
          {person.id === me.person_id ? w.losesOwnSuperAdmin : w.losesSuperAdmin}
        </Alert>
      )}
    </FormDialog>
  );
}
