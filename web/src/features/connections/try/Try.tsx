import { useState } from 'react';
import { Grid, Group, NavLink, Select, Stack, Text } from '@mantine/core';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { QueryView } from '../../../ui/QueryView';
import { Action } from './Action';
import { EffectBadge } from '../../../ui/EffectBadge';
import { byEffect } from '../../../ui/effects';
import classes from './Try.module.css';
import { words } from './words';

interface TryProps {
  connectionId: string;
  connectionName: string;
  connector: string;
  unitId: string;
}

/** Calls an action by hand, as `jackfield call` does. */
export function Try({ connectionId, connectionName, connector, unitId }: TryProps) {
  const w = useWords(words);
  const found = api.useQuery('get', '/api/connectors/{connector}', {
    params: { path: { connector }, query: { business_unit_id: unitId } },
  });
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw={680}>
        {w.intro}
      </Text>
      <QueryView query={found}>
        {({ actions }) => <Chosen actions={actions} connectionId={connectionId} connectionName={connectionName} />}
      </QueryView>
    </Stack>
  );
}

interface ChosenProps {
  actions: Schemas['ConnectorAction'][];
  connectionId: string;
  connectionName: string;
}

function Chosen({ actions, connectionId, connectionName }: ChosenProps) {
  const w = useWords(words);
  const sorted = byEffect(actions);
  const [key, setKey] = useState(sorted[0]?.key ?? '');
  const action = sorted.find((one) => one.key === key) ?? sorted[0];
  if (!action) return null;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 3.5 }}>
        <Select
          hiddenFrom="md"
          label={w.actions}
          data={sorted.map((one) => ({ value: one.key, label: one.title }))}
          value={action.key}
          allowDeselect={false}
          onChange={(chosen) => {
            if (chosen) setKey(chosen);
          }}
        />
        <Stack gap={2} visibleFrom="md" component="nav" aria-label={w.actions}>
          {sorted.map((one) => (
            <NavLink
              key={one.key}
              component="button"
              type="button"
              className={classes.action}
              active={one.key === action.key}
              aria-current={one.key === action.key || undefined}
              label={
                <Group justify="space-between" wrap="nowrap" gap="xs">
                  <Text size="sm" inherit>
                    {one.title}
                  </Text>
                  <EffectBadge effect={one.effect} note={one.depends_on_arguments ? w.lighter : undefined} />
                </Group>
              }
              onClick={() => {
                setKey(one.key);
              }}
            />
          ))}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8.5 }}>
        <Action key={action.key} action={action} connectionId={connectionId} connectionName={connectionName} />
      </Grid.Col>
    </Grid>
  );
}
