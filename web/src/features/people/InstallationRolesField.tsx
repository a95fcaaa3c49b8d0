import { Checkbox, Stack } from '@mantine/core';
import { useWords } from '../../lib/words';
import { installationRoleName, roleWords, whatInstallationRoleMay, type InstallationRole } from '../../ui/roleWords';
import { words } from './words';

const ROLES: readonly InstallationRole[] = ['super_admin', 'auditor'];

interface InstallationRolesFieldProps {
  value: InstallationRole[];
  onChange: (roles: InstallationRole[]) => void;
}

export function InstallationRolesField({ value, onChange }: InstallationRolesFieldProps) {
  const w = useWords(words);
  const r = useWords(roleWords);
  return (
    <Checkbox.Group label={w.installationRoles} description={w.rolesIntro} value={value} onChange={onChange}>
      <Stack gap="sm" mt="sm">
        {ROLES.map((role) => (
          <Checkbox
            key={role}
            value={role}
            label={installationRoleName(role, r)}
            description={whatInstallationRoleMay(role, r)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
