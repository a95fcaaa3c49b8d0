import { Badge, Group, Table, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useLanguage } from '../../../lib/language';
import { fullTime } from '../../../lib/time';
import { useWords } from '../../../lib/words';
import { Panel } from '../../Panel';
import { TimeAgo } from '../../TimeAgo';
import { labelsOfScheme, titleOfScheme } from '../form/schemes';
import { words } from './words';

interface CredentialsProps {
  details: Schemas['ConnectionDetails'];
  connector: Schemas['Connector'] | undefined;
}

/** All that can ever be known of them: set or not, when, by whom (C2). */
export function Credentials({ details, connector }: CredentialsProps) {
  const w = useWords(words);
  const { language } = useLanguage();
  const labels = labelsOfScheme(connector, details.scheme);
  return (
    <Panel title={w.credentials} description={details.secrets.length > 0 ? w.credentialsText : w.noCredentials}>
      {details.secrets.length > 0 && (
        <>
          <Text size="sm" c="dimmed" mb="xs">
            {w.signIn}: {titleOfScheme(connector, details.scheme)}
          </Text>
          <Table aria-label={w.credentials} horizontalSpacing={0}>
            <Table.Tbody>
              {details.secrets.map((secret) => (
                <Table.Tr key={secret.field}>
                  <Table.Th scope="row" fw={550} fz="sm">
                    {labels.get(secret.field) ?? secret.field}
                  </Table.Th>
                  <Table.Td pr="md">
                    <Badge variant="dot" miw="max-content" color={secret.is_set ? 'teal' : 'gray'}>
                      {secret.is_set ? w.isSet : w.isNotSet}
                    </Badge>
                  </Table.Td>
                  <Table.Td fz="sm" c="dimmed">
                    {secret.is_set && (
                      <Group gap={4}>
                        <TimeAgo at={secret.set_at} /> {secret.set_by_name && w.setBy(secret.set_by_name)}
                      </Group>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
      {details.can_roll_back_until && (
        <Text size="sm" c="dimmed" mt="sm">
          {w.rollBackUntil} {fullTime(new Date(details.can_roll_back_until), language)}.
        </Text>
      )}
    </Panel>
  );
}
