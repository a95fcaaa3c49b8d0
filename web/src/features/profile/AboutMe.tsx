import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMe } from '../../api/me';
import { listed, useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Panel } from '../../ui/Panel';
import { RoleBadges } from '../../ui/RoleBadges';
import { installationRoleName, roleWords, whatInstallationRoleMay } from '../../ui/roleWords';
import { words } from './words';

/** Who one is, and which roles one has, in words. */
export function AboutMe() {
  const w = useWords(words);
  const r = useWords(roleWords);
  const me = useMe();
  return (
    <Panel title={w.about} description={w.changedBy}>
      <Facts
        rows={[
          [w.name, me.name],
          [w.signInName, me.sign_in_name],
          [w.email, me.email],
          [
            w.installation,
            me.installation_roles.length > 0 && (
              <Stack key="installation" gap={8}>
                {me.installation_roles.map((role) => (
                  <div key={role}>
                    <Text size="sm" fw={550}>
                      {installationRoleName(role, r)}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {whatInstallationRoleMay(role, r)}
                    </Text>
                  </div>
                ))}
              </Stack>
            ),
          ],
          [
            w.units,
            me.business_units.length === 0 ? (
              w.noUnits
            ) : (
              <Stack key="units" gap={8}>
                {me.business_units.map((unit) => (
                  <Group key={unit.business_unit_id} gap="xs">
                    <Anchor component={Link} to={`/units/${unit.business_unit_id}`} size="sm">
                      {unit.business_unit_name}
                    </Anchor>
                    <RoleBadges roles={unit.roles} />
                  </Group>
                ))}
              </Stack>
            ),
          ],
          [w.groups, listed(me.groups.map((group) => group.name)) || w.noGroups],
        ]}
      />
    </Panel>
  );
}
