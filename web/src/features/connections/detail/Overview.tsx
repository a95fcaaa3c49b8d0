import type { ReactNode } from 'react';
import { ActionIcon, Alert, Code, CopyButton, Grid, Group, Stack, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconLock } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { About } from '../../../ui/About';
import { Facts } from '../../../ui/Facts';
import { Panel } from '../../../ui/Panel';
import { readFields } from '../../../ui/schema/fields';
import { TimeAgo } from '../../../ui/TimeAgo';
import { words as ui } from '../../../ui/words';
import { words as shared } from '../../../ui/connection/words';
import { Credentials } from '../../../ui/connection/detail/Credentials';
import { DetailValue } from '../../../ui/connection/detail/DetailValue';
import { StateAlert } from '../../../ui/connection/detail/StateAlert';
import { words } from '../../../ui/connection/detail/words';

/** What the connection is, as far as one may read it. */
export function Overview({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const { details } = connection;
  const { data: connector } = api.useQuery('get', '/api/connectors/{connector}', {
    params: { path: { connector: connection.connector } },
  });
  return (
    <Stack gap="lg">
      <StateAlert connection={connection} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="lg">
            {details ? (
              <>
                <Panel title={w.general} description={details.ever_connected ? w.generalFixed : w.generalOpen}>
                  <Facts
                    rows={[
                      ...readFields(connector?.details ?? {}).map((field): [string, ReactNode] => [
                        field.label,
                        <DetailValue key={field.name} field={field} value={details.details[field.name]} />,
                      ]),
                      [w.origin, <Code key="origin">{details.origin}</Code>],
                      [w.account, details.remote?.account],
                      [w.system, details.remote?.system],
                    ]}
                  />
                </Panel>
                <Credentials details={details} connector={connector} />
              </>
            ) : (
              <Alert color="gray" variant="light" icon={<IconLock size={18} />} title={w.hiddenDetails}>
                {w.hiddenDetailsText}
              </Alert>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Panel title={w.about}>
            <Stack gap="md">
              <About label={ws.unit}>{connection.business_unit.name}</About>
              <About label={w.creator}>{connection.creator.name}</About>
              <About label={w.created}>
                <TimeAgo at={connection.created_at} />
              </About>
              <About label={w.modified}>
                <TimeAgo at={connection.modified_at} />
              </About>
              <About label={ws.lastUsed}>
                <TimeAgo at={connection.last_used_at} />
              </About>
              <About label={w.id}>
                <CopyId id={connection.id} />
              </About>
            </Stack>
          </Panel>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function CopyId({ id }: { id: string }) {
  const w = useWords(ui);
  return (
    <Group gap={4} wrap="nowrap">
      <Code>{id}</Code>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? w.copied : w.copy}>
            <ActionIcon variant="subtle" color="gray" aria-label={copied ? w.copied : w.copy} onClick={copy}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
