import { Checkbox, Stack } from '@mantine/core';
import { useWords } from '../lib/words';
import { ROLES, roleWords, whatRoleMay, type Role } from './roleWords';

interface RolesFieldProps {
  label: string;
  value: Role[];
  onChange: (roles: Role[]) => void;
}

/** Chooses the roles in a business unit, each with what it may. */
export function RolesField({ label, value, onChange }: RolesFieldProps) {
  const w = useWords(roleWords);
  return (
    <Checkbox.Group label={label} value={value} onChange={onChange}>
      <Stack gap="sm" mt="xs">
        {ROLES.map((role) => (
          <Checkbox key={role} value={role} label={w[role]} description={whatRoleMay(role, w)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
