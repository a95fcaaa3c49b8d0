import { Badge, Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Panel } from '../../ui/Panel';
import { QueryView } from '../../ui/QueryView';
import { words } from './words';

interface Readiness {
  status: 'ready' | 'not ready';
  checks: Record<string, 'ok' | 'failed'>;
}

/** Asked of the server itself: not ready is an answer here, not a failure. */
async function askReadiness(): Promise<Readiness> {
  return (await (await fetch('/ready')).json()) as Readiness;
}

/** What every request needs, and whether it works. */
export function HealthPanel() {
  const w = useWords(words);
  const query = useQuery({ queryKey: ['ready'], queryFn: askReadiness, refetchInterval: 30_000 });
  const isReady = query.data?.status === 'ready';
  const names: Record<string, string> = { database: w.database, key: w.keyStore, keys: w.keyStore, audit: w.audit };
  return (
    <Panel
      title={w.health}
      description={w.healthText}
      actions={query.data && <Badge color={isReady ? 'teal' : 'red'}>{isReady ? w.ready : w.notReady}</Badge>}
    >
      <QueryView query={query}>
        {({ checks }) => (
          <Facts
            rows={Object.entries(checks).map(([name, state]) => [
              names[name] ?? name,
              <Badge key={name} variant="dot" radius="xl" color={state === 'ok' ? 'teal' : 'red'}>
                {state === 'ok' ? w.works : w.broken}
              </Badge>,
            ])}
          />
        )}
      </QueryView>
      <Text size="sm" c="dimmed" mt="sm">
        {w.doctor} <Code>jackfield doctor</Code>
      </Text>
    </Panel>
  );
}
