import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Panel } from '../../ui/Panel';
import { QueryView } from '../../ui/QueryView';
import { RoleBadges } from '../../ui/RoleBadges';
import { words } from './words';

/** Where a person belongs, as far as one may know. */
export function Belonging({ person }: { person: Schemas['Person'] }) {
  const w = useWords(words);
  const query = api.useQuery('get', '/api/people/{person_id}/memberships', { params: { path: { person_id: person.id } } });
  return (
    <Panel title={w.belongs}>
      <QueryView query={query}>
        {({ business_units: units, groups }) => (
          <Facts
            rows={[
              [
                w.units,
                units.length === 0 ? (
                  <Text key="none" size="sm" c="dimmed">
                    {w.noUnits}
                  </Text>
                ) : (
                  <Stack key="units" gap={8}>
                    {units.map((unit) => (
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
              [
                w.groups,
                groups.length === 0 ? (
                  <Text key="none" size="sm" c="dimmed">
                    {w.noGroups}
                  </Text>
                ) : (
                  <Stack key="groups" gap={4}>
                    {groups.map((group) => (
                      <Anchor key={group.id} component={Link} to={`/groups/${group.id}`} size="sm">
                        {group.name}
                      </Anchor>
                    ))}
                  </Stack>
                ),
              ],
            ]}
          />
        )}
      </QueryView>
    </Panel>
  );
}
