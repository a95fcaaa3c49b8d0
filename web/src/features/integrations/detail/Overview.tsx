import { Alert, Anchor, Button, Code, Grid, Group, List, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client';
import { amount, useWords } from '../../../lib/words';
import { About } from '../../../ui/About';
import { StateAlert } from '../../../ui/connection/detail/StateAlert';
import { Facts } from '../../../ui/Facts';
import { Panel } from '../../../ui/Panel';
import { TimeAgo } from '../../../ui/TimeAgo';
import { words as shared } from '../words';
import classes from './Detail.module.css';
import { words } from './words';

interface OverviewProps {
  integration: Schemas['Integration'];
  connection: Schemas['Connection'] | undefined;
}

/** What it is, how much of it is granted, and who stands for it. */
export function Overview({ integration, connection }: OverviewProps) {
  const w = useWords(words);
  const ws = useWords(shared);
  const mayRead = integration.access_groups !== null;
  const to = (tab: string) => `/integrations/${integration.id}/${tab}`;
  return (
    <Stack gap="lg">
      {connection && <StateAlert connection={connection} />}
      {mayRead && integration.granted === 0 && (
        <Alert color="petrol" variant="light" icon={<IconInfoCircle size={18} />}>
          <Group justify="space-between" gap="sm">
            <Text size="sm">{w.nobodyYet}</Text>
            <Button component={Link} to={to('methods')} size="xs">
              {w.toMethods}
            </Button>
          </Group>
        </Alert>
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="lg">
            <Panel title={w.numbers}>
              <SimpleGrid cols={{ base: 2, sm: integration.held > 0 ? 4 : 3 }} spacing="sm">
                {mayRead && <Number n={integration.methods} label={w.total} />}
                {mayRead && <Number n={integration.granted} label={w.granted} />}
                <Number n={integration.mine} label={w.mine} />
                {integration.held > 0 && <Number n={integration.held} label={w.held} color="orange-text" />}
              </SimpleGrid>
              <Group mt="md" gap="md">
                <Anchor component={Link} to={to('methods')} size="sm">
                  {w.toMethods}
                </Anchor>
                {integration.mine > 0 && (
                  <Anchor component={Link} to={to('try')} size="sm">
                    {w.toTry}
                  </Anchor>
                )}
              </Group>
            </Panel>
            <Panel title={w.api}>
              <Facts
                rows={[
                  [w.apiTitle, `${integration.api_title} ${integration.api_version}`],
                  [w.specification, `OpenAPI ${integration.specification}`],
                  [w.document, w.version(integration.document_number)],
                  [w.endpoint, connection?.details && <Code key="origin">{connection.details.origin}</Code>],
                ]}
              />
            </Panel>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Panel title={w.about}>
            <Stack gap="md">
              <About label={ws.unit}>{integration.business_unit.name}</About>
              {integration.access_groups && (
                <About label={w.accessGroups}>
                  <List size="sm" listStyleType="none" withPadding={false}>
                    {integration.access_groups.map(({ id, name }) => (
                      <List.Item key={id}>{name}</List.Item>
                    ))}
                  </List>
                  <Text size="xs" c="dimmed">
                    {w.accessGroupsFixed}
                  </Text>
                </About>
              )}
              {integration.acknowledged && (
                <About label={w.responsibilities}>
                  {w.acceptedBy(integration.acknowledged.person_name)}, <TimeAgo at={integration.acknowledged.at} />
                </About>
              )}
              {integration.created_by && <About label={w.creator}>{integration.created_by.name}</About>}
              <About label={w.created}>
                <TimeAgo at={integration.created_at} />
              </About>
              <About label={w.modified}>
                <TimeAgo at={integration.modified_at} />
              </About>
            </Stack>
          </Panel>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Number({ n, label, color }: { n: number; label: string; color?: string }) {
  return (
    <Paper p="sm" className={classes.number}>
      <Text fz={26} fw={620} lh={1.1} className="tabular" c={color ? `var(--mantine-color-${color})` : undefined}>
        {amount(n)}
      </Text>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </Paper>
  );
}
