import { Anchor, Button, Text } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { api, refresh, type Schemas } from '../../../api/client';
import { byCursor } from '../../../api/paging';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { DataTable, type Column, type Paged } from '../../../ui/DataTable';
import { notifyDone } from '../../../ui/notify';
import { Empty, ProblemAlert } from '../../../ui/states';
import { TimeAgo } from '../../../ui/TimeAgo';
import { words } from './words';

type Event = Schemas['TriggerEvent'];

/** Between two looks while it starts runs, so that what happens is seen. */
const LOOK_MS = 4_000;

/** What happened to a trigger: each event with the run that it started, to be replayed (P5). */
export function Events({ trigger }: { trigger: Schemas['Trigger'] }) {
  const path = { trigger_id: trigger.id };
  const found = api.useInfiniteQuery('get', '/api/triggers/{trigger_id}/events', { params: { path } }, {
    ...byCursor,
    refetchInterval: trigger.state === 'paused' ? false : LOOK_MS,
  });
  return <Listed trigger={trigger} query={found} />;
}

/** One event of a trigger, however many came after it. */
export function OneEvent({ trigger, id }: { trigger: Schemas['Trigger']; id: string }) {
  const params = { path: { trigger_id: trigger.id, event_id: id } };
  const found = api.useQuery('get', '/api/triggers/{trigger_id}/events/{event_id}', { params });
  const query: Paged<Event> = {
    data: found.data && { pages: [{ items: [found.data] }] },
    error: found.error,
    isPending: found.isPending,
    isFetchingNextPage: false,
    hasNextPage: false,
    refetch: found.refetch,
    fetchNextPage: found.refetch,
  };
  return <Listed trigger={trigger} query={query} />;
}

function Listed({ trigger, query }: { trigger: Schemas['Trigger']; query: Paged<Event> }) {
  const w = useWords(words);
  const path = { trigger_id: trigger.id };
  const replay = api.useMutation('post', '/api/triggers/{trigger_id}/events/{event_id}/replay', {
    onSuccess: async () => {
      await refresh('/api/triggers');
      notifyDone(w.replayed);
    },
  });
  const columns: Column<Event>[] = [
    { key: 'what', label: w.what, render: ({ what }) => what || w.unnamed },
    { key: 'when', label: w.when, render: ({ at }) => <TimeAgo at={at} /> },
    { key: 'outcome', label: w.outcome, render: (event) => <Outcome event={event} /> },
    {
      key: 'replay',
      label: '',
      align: 'right',
      render: (event) =>
        trigger.may_edit &&
        event.outcome !== 'skipped' && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${w.replay}: ${event.what || w.unnamed}`}
            loading={replay.isPending && replay.variables.params.path.event_id === event.id}
            onClick={() => {
              replay.mutate({ params: { path: { ...path, event_id: event.id } } });
            }}
          >
            {w.replay}
          </Button>
        ),
    },
  ];
  return (
    <>
      <ProblemAlert error={replay.error} />
      <DataTable
        label={w.events}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty icon={<IconInbox size={24} />} title={w.noEvents}>
            {w.noEventsText}
          </Empty>
        }
      />
    </>
  );
}

function Outcome({ event }: { event: Event }) {
  const w = useWords(words);
  return (
    <>
      {event.run_id ? (
        <Anchor component={Link} to={`/runs/${event.run_id}`} size="sm">
          {w[event.outcome]}
        </Anchor>
      ) : (
        w[event.outcome]
      )}
      {event.replay_of && (
        <Text size="xs" c="dimmed">
          {w.isReplay}
        </Text>
      )}
      {event.reason && (
        <Text size="xs" c="dimmed">
          {sentence(event.reason)}
        </Text>
      )}
      {event.followed === 'failed' && (
        <Text size="xs" c="red">
          {w.notFollowed}
        </Text>
      )}
    </>
  );
}
