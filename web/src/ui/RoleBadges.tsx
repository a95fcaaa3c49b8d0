import { Badge, Group, Text, Tooltip } from '@mantine/core';
import { useWords } from '../lib/words';
import { installationRoleName, ROLES, roleWords, whatInstallationRoleMay, whatRoleMay, type InstallationRole, type Role } from './roleWords';

/** Roles in a business unit, the most powerful first; what each may on hover. */
export function RoleBadges({ roles }: { roles: readonly Role[] }) {
  const w = useWords(roleWords);
  if (roles.length === 0) return null;
  return (
    <Group gap={6}>
      {ROLES.filter((role) => roles.includes(role)).map((role) => (
        <Tooltip key={role} label={whatRoleMay(role, w)} multiline maw={280}>
          <Badge color={role === 'administrator' ? 'petrol' : 'gray'}>{w[role]}</Badge>
        </Tooltip>
      ))}
    </Group>
  );
}

/** Roles in the whole installation. */
export function InstallationRoleBadges({ roles, orNone = false }: { roles: readonly InstallationRole[]; orNone?: boolean }) {
  const w = useWords(roleWords);
  if (roles.length === 0) {
    return orNone ? (
      <Text size="sm" c="dimmed" span>
        {w.noRoles}
      </Text>
    ) : null;
  }
  return (
    <Group gap={6}>
      {roles.map((role) => (
        <Tooltip key={role} label={whatInstallationRoleMay(role, w)} multiline maw={320}>
          <Badge color={role === 'super_admin' ? 'petrol' : 'gray'}>{installationRoleName(role, w)}</Badge>
        </Tooltip>
      ))}
    </Group>
  );
}
