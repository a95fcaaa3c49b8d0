import type { ReactNode } from 'react';
import { Alert, Button, Code, CopyButton, Grid, Group, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Facts } from '../../../ui/Facts';
import { Panel } from '../../../ui/Panel';
import { readFields } from '../../../ui/schema/fields';
import { TimeAgo } from '../../../ui/TimeAgo';
import { words as ui } from '../../../ui/words';
import { words as shared } from '../words';
import { Credentials } from './Credentials';
import { DetailValue } from './DetailValue';
import { StateAlert } from './StateAlert';
import { words } from './words';

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

function About({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}

function CopyId({ id }: { id: string }) {
  const w = useWords(ui);
  return (
    <Group gap={6} wrap="nowrap">
      <Code style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{id}</Code>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Button variant="subtle" size="compact-xs" onClick={copy}>
            {copied ? w.copied : w.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
