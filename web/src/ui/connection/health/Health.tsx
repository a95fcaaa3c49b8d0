import { Alert, Button, Group, Stack, Text, Timeline } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { Panel } from '../../Panel';
import { QueryView } from '../../QueryView';
import { StateBadge } from '../../StateBadge';
import { TimeAgo } from '../../TimeAgo';
import { words as ui } from '../../words';
import { StateAlert } from '../detail/StateAlert';
import { Band } from './Band';
import { words } from './words';

/** How it is, what to do about it, and how it was (C14). */
export function Health({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  return (
    <Stack gap="lg" maw={820}>
      {connection.state === 'connected' ? (
        <Alert variant="default" icon={<IconCheck size={18} color="var(--mantine-color-teal-6)" aria-hidden />} title={w.connected}>
          {w.connectedText}
        </Alert>
      ) : (
        <StateAlert connection={connection} />
      )}
      <Panel title={w.history} description={w.historyText}>
        {connection.may.includes('read_activity') ? (
          <History connection={connection} />
        ) : (
          <Text size="sm" c="dimmed">
            {w.hidden}
          </Text>
        )}
      </Panel>
    </Stack>
  );
}

function History({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const wu = useWords(ui);
  const changes = api.useInfiniteQuery(
    'get',
    '/api/connections/{connection}/health',
    { params: { path: { connection: connection.id }, query: { limit: 50 } } },
    { pageParamName: 'cursor', initialPageParam: null, getNextPageParam: (page) => page.next ?? undefined },
  );
  return (
    <QueryView query={changes}>
      {({ pages }) => {
        const found = pages.flatMap(({ items }) => items);
        if (found.length === 0) return <Text size="sm">{w.none}</Text>;
        return (
          <Stack gap="lg">
            <Band changes={found} />
            <Timeline bulletSize={14} lineWidth={2} color="gray">
              {found.map((one) => (
                <Timeline.Item key={`${one.at} ${one.after}`} title={<StateBadge state={one.after} />}>
                  {one.reason && <Text size="sm">{sentence(one.reason)}</Text>}
                  <Text size="xs" c="dimmed">
                    <TimeAgo at={one.at} /> · {w.seen(one.actor.label)}
                  </Text>
                </Timeline.Item>
              ))}
            </Timeline>
            {changes.hasNextPage && (
              <Group>
                <Button variant="default" size="xs" loading={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
                  {wu.more}
                </Button>
              </Group>
            )}
          </Stack>
        );
      }}
    </QueryView>
  );
}
