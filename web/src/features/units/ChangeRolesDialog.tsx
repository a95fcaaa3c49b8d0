import { useState } from 'react';
import { Alert, Text } from '@mantine/core';
import { call, refresh, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import type { Role } from '../../ui/roleWords';
import { RolesField } from '../../ui/RolesField';
import { words } from './words';

interface ChangeRolesDialogProps {
  unitId: string;
  member: Schemas['Member'];
  onClose: () => void;
}

export function ChangeRolesDialog({ unitId, member, onClose }: ChangeRolesDialogProps) {
  const w = useWords(words);
  const me = useMe();
  const { person } = member;
  const [roles, setRoles] = useState<Role[]>(member.roles);
  const leavesOnlyReading = roles.length === 1 && roles[0] === 'auditor' && member.roles.some((role) => role !== 'auditor');
  const losesOwn =
    person.id === me.person_id && !me.may.manage_business_units.everywhere && !roles.includes('administrator');

  const save = async () => {
    await call.PUT('/api/business-units/{unit_id}/members/{person_id}', {
      params: { path: { unit_id: unitId, person_id: person.id } },
      body: { roles },
    });
    await refresh();
    notifyDone(w.rolesSaved(person.name));
  };

  return (
    <FormDialog
      onClose={onClose}
      title={w.rolesOf(person.name)}
      submitLabel={w.save}
      isReady={roles.length > 0}
      onSubmit={save}
    >
      <RolesField label={w.roles} value={roles} onChange={setRoles} />
      {roles.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {w.needsRole}
        </Text>
      )}
      {leavesOnlyReading && <Alert color="orange">{w.onlyAuditor}</Alert>}
      {losesOwn && <Alert color="orange">{w.losesOwn}</Alert>}
    </FormDialog>
  );
}
