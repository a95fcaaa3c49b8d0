import { useState } from 'react';
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileDiff } from '@tabler/icons-react';
import { api, call, type Schemas } from '../../../api/client';
import { amount, useWords } from '../../../lib/words';
import { DataTable, type Column } from '../../../ui/DataTable';
import { Panel } from '../../../ui/Panel';
import { QueryView } from '../../../ui/QueryView';
import { TimeAgo } from '../../../ui/TimeAgo';
import { Report } from './Report';
import { UpdateDialog } from './UpdateDialog';
import { words } from './words';

/** The document in force, every version before it, and the way to another (O9). */
export function Versions({ integration }: { integration: Schemas['Integration'] }) {
  const w = useWords(words);
  const [to, setTo] = useState<number | 'new' | null>(null);
  const path = { integration: integration.id };
  const mayUpdate = integration.may.includes('update');
  const inForce = api.useQuery('get', '/api/integrations/{integration}/versions/{number}', {
    params: { path: { ...path, number: integration.document_number } },
  });
  const versions = api.useInfiniteQuery(
    'get',
    '/api/integrations/{integration}/versions',
    { params: { path, query: { limit: 30 } } },
    { pageParamName: 'cursor', initialPageParam: null, getNextPageParam: (page) => page.next ?? undefined },
  );
  const present = versions.data?.pages[0]?.items.find(({ number }) => number === integration.document_number);
  return (
    <Stack gap="lg">
      <Panel
        title={w.inForce}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() => void save(integration.id, integration.document_number)}
            >
              {w.download}
            </Button>
            {mayUpdate && (
              <Button
                leftSection={<IconFileDiff size={16} aria-hidden />}
                onClick={() => {
                  setTo('new');
                }}
              >
                {w.update}
              </Button>
            )}
          </>
        }
      >
        <QueryView query={inForce}>
          {({ skipped, warnings }) =>
            present && (
              <Report
                reading={{
                  title: present.title,
                  api_version: present.api_version,
                  specification: present.specification,
                  operations: present.operations,
                  understood: present.understood,
                  skipped,
                  warnings,
                }}
              />
            )
          }
        </QueryView>
      </Panel>
      <Panel title={w.versions} description={w.versionsText}>
        <DataTable
          label={w.versions}
          query={versions}
          columns={useColumns(integration, mayUpdate ? setTo : undefined)}
          rowKey={({ number }) => String(number)}
          empty={null}
        />
      </Panel>
      {to !== null && (
        <UpdateDialog
          integration={integration}
          number={to === 'new' ? null : to}
          onClose={() => {
            setTo(null);
          }}
        />
      )}
    </Stack>
  );
}

function useColumns(
  integration: Schemas['Integration'],
  onRestore: ((number: number) => void) | undefined,
): Column<Schemas['Document']>[] {
  const w = useWords(words);
  return [
    {
      key: 'version',
      label: w.version,
      render: (one) => (
        <Group gap={8}>
          <Text size="sm" fw={550} span className="tabular">
            {one.number}
          </Text>
          <Text size="sm" span>
            {one.title} {one.api_version}
          </Text>
          {one.restored_from !== null && (
            <Text size="xs" c="dimmed" span>
              {w.restoredFrom(one.restored_from)}
            </Text>
          )}
        </Group>
      ),
    },
    { key: 'operations', label: w.operations, align: 'right', render: (one) => <span className="tabular">{amount(one.understood)}</span> },
    { key: 'when', label: w.when, render: (one) => <TimeAgo at={one.created_at} /> },
    { key: 'by', label: w.by, render: (one) => one.created_by_name ?? one.created_by },
    {
      key: 'act',
      label: '',
      align: 'right',
      render: (one) =>
        one.number === integration.document_number ? (
          <Badge color="teal">{w.isInForce}</Badge>
        ) : (
          onRestore && (
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                onRestore(one.number);
              }}
            >
              {w.restore}
            </Button>
          )
        ),
    },
  ];
}

async function save(integration: string, number: number): Promise<void> {
  const { data } = await call.GET('/api/integrations/{integration}/versions/{number}', {
    params: { path: { integration, number } },
  });
  if (!data) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([data.document], { type: 'text/plain' }));
  link.download = /^\s*[{[]/.test(data.document) ? 'openapi.json' : 'openapi.yaml';
  link.click();
  URL.revokeObjectURL(link.href);
}
