import { Box, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { ConnectorIcon } from '../../../ui/ConnectorIcon';
import type { Column } from '../../../ui/DataTable';
import { StateBadge } from '../../../ui/StateBadge';
import { TimeAgo } from '../../../ui/TimeAgo';
import { useConnectorTitles } from '../../../ui/connection/catalogue';
import { words as shared } from '../../../ui/connection/words';
import { People } from './People';
import { UsedIn } from './UsedIn';
import classes from './columns.module.css';
import { words } from './words';

export type Row = Schemas['ConnectionInList'];

/** What the table can show, the name first; which of it is shown is chosen. */
export function useColumns(): Column<Row>[] {
  const w = useWords(words);
  const ws = useWords(shared);
  const titleOf = useConnectorTitles();
  return [
    { key: 'name', label: ws.name, sort: 'name', render: (row) => <Name row={row} connector={titleOf(row.connector)} /> },
    { key: 'unit', label: ws.unit, render: (row) => row.business_unit.name },
    { key: 'health', label: ws.health, sort: 'health', render: (row) => <Health row={row} /> },
    { key: 'last_used', label: ws.lastUsed, sort: 'last_used', render: (row) => <TimeAgo at={row.last_used_at} /> },
    { key: 'uses', label: w.usedIn, sort: 'uses', render: (row) => <UsedIn uses={row.uses} /> },
    { key: 'shared', label: w.sharedWith, render: (row) => <People people={row.shared_with} /> },
    { key: 'created', label: w.created, sort: 'created', render: (row) => <TimeAgo at={row.created_at} />, onPhone: 'hidden' },
    { key: 'modified', label: w.modified, sort: 'modified', render: (row) => <TimeAgo at={row.modified_at} />, onPhone: 'hidden' },
  ];
}

function Name({ row, connector }: { row: Row; connector: string }) {
  const w = useWords(words);
  return (
    <Group gap="sm" wrap="nowrap">
      <ConnectorIcon connector={row.connector} size={32} />
      <Stack gap={0}>
        <Group gap={6} wrap="nowrap">
          <Text size="sm" fw={550}>
            {row.name}
          </Text>
          {row.is_narrowed && (
            <Tooltip label={w.narrowed}>
              <IconUserCheck size={14} style={{ flex: 'none' }} role="img" aria-label={w.narrowed} color="var(--mantine-color-dimmed)" />
            </Tooltip>
          )}
        </Group>
        <Text size="xs" c="dimmed" fw={400}>
          {connector}
        </Text>
      </Stack>
    </Group>
  );
}

function Health({ row }: { row: Row }) {
  if (!row.reason) return <StateBadge state={row.state} />;
  return (
    <Tooltip label={sentence(row.reason)} multiline maw={360}>
      <Box className={classes.health}>
        <StateBadge state={row.state} />
        <Text size="xs" c="dimmed" mt={2} className={classes.reason}>
          {sentence(row.reason)}
        </Text>
      </Box>
    </Tooltip>
  );
}
