import { Alert, Badge, Code, List, Progress, Stack, Table, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { api, type Schemas } from '../../api/client';
import { sentence } from '../../lib/sentence';
import { useWords } from '../../lib/words';
import { Panel } from '../../ui/Panel';
import { QueryView } from '../../ui/QueryView';
import { TimeAgo } from '../../ui/TimeAgo';
import { CopyLine } from './CopyLine';
import { words } from './words';

type Keys = Schemas['Keys'];

/** The keys by their ids, how much is sealed under each, and what to do next. */
export function KeysPanel() {
  const w = useWords(words);
  const query = api.useQuery('get', '/api/keys', {}, { refetchInterval: ({ state }) => (state.data?.is_rotating ? 5_000 : false) });
  return (
    <Panel title={w.keys} description={w.keysText}>
      <QueryView query={query}>
        {(keys) => (
          <Stack gap="md">
            <Warnings keys={keys} />
            <KeyTable keys={keys} />
            {keys.is_rotating && <RotationProgress keys={keys} />}
            <Stack gap="xs">
              <Text size="sm">{keys.is_rotating ? w.rotating : w.adviceRotate}</Text>
              <CopyLine text="jackfield keys rotate" />
              <Text size="sm" c="dimmed">
                {w.adviceBackup} {w.lastRotation}: <TimeAgo at={keys.last_rotation_at} />.
              </Text>
            </Stack>
          </Stack>
        )}
      </QueryView>
    </Panel>
  );
}

function KeyTable({ keys }: { keys: Keys }) {
  const w = useWords(words);
  return (
    <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={w.keys} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{w.key}</Table.Th>
            <Table.Th scope="col">{w.use}</Table.Th>
            <Table.Th scope="col">{w.keyCreated}</Table.Th>
            <Table.Th scope="col" ta="right">
              {w.sealed}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                <Code>{key.id}</Code>
              </Table.Td>
              <Table.Td>
                {key.is_primary ? (
                  <Tooltip label={w.primaryHint}>
                    <Badge>{w.primary}</Badge>
                  </Tooltip>
                ) : (
                  <Badge color="gray">{w.old}</Badge>
                )}
              </Table.Td>
              <Table.Td>
                <TimeAgo at={key.created_at} />
              </Table.Td>
              <Table.Td ta="right" className="tabular">
                {w.things(key.sealed)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RotationProgress({ keys }: { keys: Keys }) {
  const w = useWords(words);
  const all = keys.keys.reduce((sum, key) => sum + key.sealed, 0);
  const done = keys.keys.filter((key) => key.is_primary).reduce((sum, key) => sum + key.sealed, 0);
  const percent = all === 0 ? 100 : Math.floor((done / all) * 100);
  return (
    <div>
      <Progress value={percent} aria-label={w.progress(percent)} mb={6} />
      <Text size="xs" c="dimmed" className="tabular">
        {w.progress(percent)}
      </Text>
    </div>
  );
}

function Warnings({ keys }: { keys: Keys }) {
  const w = useWords(words);
  const missing = Object.entries(keys.missing);
  return (
    <>
      {missing.length > 0 && (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} title={w.missing}>
          <List size="sm" mb="xs">
            {missing.map(([key, sealed]) => (
              <List.Item key={key}>{w.missingKey(key, sealed)}</List.Item>
            ))}
          </List>
          {w.missingText}
        </Alert>
      )}
      {keys.problems.length > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />} title={w.problems}>
          <List size="sm">
            {keys.problems.map((problem) => (
              <List.Item key={problem}>{sentence(problem)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {keys.is_beside_data && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
          {w.beside}
        </Alert>
      )}
    </>
  );
}
