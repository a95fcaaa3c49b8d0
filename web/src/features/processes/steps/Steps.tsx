import { useState } from 'react';
import { Alert, Anchor, Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconLock, IconRoute } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { api, type Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { DataTable, type Column } from '../../../ui/DataTable';
import { StateBadge } from '../../../ui/StateBadge';
import { Empty } from '../../../ui/states';
import { ReplaceDialog } from './ReplaceDialog';
import { words } from './words';

type Step = Schemas['ProcessStep'];

/** Each step that uses a connection, as it opens for whoever looks: named even where it is locked (C10). */
export function Steps({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  const [replacing, setReplacing] = useState<Step | null>(null);
  const draft = api.useQuery('get', '/api/processes/{process}/draft', { params: { path: { process: process.id } } });
  const mayEdit = process.may.includes('edit');
  const columns: Column<Step>[] = [
    { key: 'step', label: w.step, render: (step) => <b>{step.name}</b> },
    { key: 'action', label: w.action, render: (step) => <ActionOf step={step} /> },
    { key: 'connection', label: w.connection, render: (step) => <ConnectionOf step={step} /> },
    { key: 'state', label: w.state, render: ({ connection_state: state }) => (state ? <StateBadge state={state} /> : '–') },
    {
      key: 'access',
      label: w.access,
      render: ({ access }) =>
        access === null ? (
          '–'
        ) : (
          <Badge
            color={access === 'locked' ? 'orange' : 'gray'}
            leftSection={access === 'locked' ? <IconLock size={12} aria-hidden /> : undefined}
          >
            {w[access]}
          </Badge>
        ),
    },
  ];
  if (mayEdit) {
    columns.push({
      key: 'replace',
      label: '',
      align: 'right',
      render: (step) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            setReplacing(step);
          }}
        >
          {w.replace}
        </Button>
      ),
    });
  }
  const isLocked = draft.data?.steps.some(({ access }) => access === 'locked') ?? false;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw={640}>
        {w.about}
      </Text>
      {isLocked && mayEdit && (
        <Alert color="orange" variant="light" icon={<IconLock size={18} />} title={w.lockedNote}>
          {w.lockedText}
        </Alert>
      )}
      <DataTable
        label={w.title}
        query={{
          data: draft.data && { pages: [{ items: draft.data.steps }] },
          error: draft.error,
          isPending: draft.isPending,
          isFetchingNextPage: false,
          hasNextPage: false,
          refetch: () => draft.refetch(),
          fetchNextPage: () => undefined,
        }}
        columns={columns}
        rowKey={({ pointer }) => pointer}
        empty={
          <Empty icon={<IconRoute size={24} />} title={w.empty}>
            {w.emptyText}
          </Empty>
        }
      />
      {replacing && draft.data && (
        <ReplaceDialog
          process={process}
          draft={draft.data}
          step={replacing}
          onClose={() => {
            setReplacing(null);
          }}
        />
      )}
    </Stack>
  );
}

/** What it does, and why whoever looks couldn’t publish it with that. */
function ActionOf({ step: { resource, problem } }: { step: Step }) {
  return (
    <Stack gap={2} align="flex-start">
      <Code>{resource.replace('connection:', '')}</Code>
      {problem && (
        <Text size="xs" c="red" maw={320}>
          {sentence(problem.message)}
        </Text>
      )}
    </Stack>
  );
}

function ConnectionOf({ step }: { step: Step }) {
  const w = useWords(words);
  if (step.connection_id === null) {
    return <Text size="sm" c="red">{step.reference === '' ? w.unnamed : w.missing(step.reference)}</Text>;
  }
  return (
    <Group gap="xs">
      {step.access === 'editable' ? (
        <Anchor component={Link} to={`/connections/${step.connection_id}`} size="sm">
          {step.connection_name}
        </Anchor>
      ) : (
        step.connection_name
      )}
    </Group>
  );
}
