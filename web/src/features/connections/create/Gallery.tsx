import { Box, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPuzzle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { api } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { ConnectorIcon } from '../../../ui/ConnectorIcon';
import { QueryView } from '../../../ui/QueryView';
import { Empty } from '../../../ui/states';
import type { Connector } from '../../../ui/connection/catalogue';
import classes from './Gallery.module.css';
import { words } from './words';

/** What can be connected; what is switched off is there, too, and says who can turn it on (C13). */
export function Gallery({ unitId, search }: { unitId: string | undefined; search: string }) {
  const w = useWords(words);
  const connectors = api.useQuery('get', '/api/connectors', { params: { query: { business_unit_id: unitId } } });
  return (
    <QueryView query={connectors}>
      {({ items }) => {
        const found = items.filter((one) => matches(one, search));
        if (found.length === 0) {
          return (
            <Empty icon={<IconPuzzle size={24} />} title={w.noMatch}>
              {w.noMatchText}
            </Empty>
          );
        }
        return (
          <SimpleGrid component="ul" className={classes.cards} cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
            {found.map((one) => (
              <li key={one.key}>
                <Card connector={one} unitId={unitId} />
              </li>
            ))}
          </SimpleGrid>
        );
      }}
    </QueryView>
  );
}

function Card({ connector, unitId }: { connector: Connector; unitId: string | undefined }) {
  const w = useWords(words);
  const content = (
    <>
      <Box className={connector.is_on ? undefined : classes.off}>
        <ConnectorIcon connector={connector.key} size={38} />
      </Box>
      <Stack gap={3}>
        <Text size="sm" fw={600} c={connector.is_on ? undefined : 'dimmed'}>
          {connector.title}
        </Text>
        <Text size="sm" c="dimmed">
          {connector.description}
        </Text>
        {!connector.is_on && (
          <Text size="xs" mt={4}>
            <b>{w.isOff}.</b> {w.whoTurnsOn(connector.who_can_change)}
          </Text>
        )}
      </Stack>
    </>
  );
  if (!connector.is_on) return <div className={classes.card}>{content}</div>;
  if (connector.made_with === 'integration') {
    return (
      <Link to="/integrations/new" className={classes.card}>
        {content}
      </Link>
    );
  }
  return (
    <Link
      to="/connections/new"
      search={{ connector: connector.key, unit: unitId }}
      className={classes.card}
    >
      {content}
    </Link>
  );
}

function matches({ key, title, description }: Connector, search: string): boolean {
  return `${key} ${title} ${description}`.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase());
}
