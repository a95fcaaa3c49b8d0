import { useState } from 'react';
import { Alert, Code, Group, ScrollArea, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Panel } from '../../../ui/Panel';
import { recordOf } from '../../../ui/schema/fields';
import classes from './Try.module.css';
import { words } from './words';

/** What came of a call: as a table where it holds rows, else as JSON. */
export function Answer({ done }: { done: Schemas['CallResult'] }) {
  const w = useWords(words);
  const rows = findRows(done.result);
  const [as, setAs] = useState('table');
  return (
    <Panel
      title={w.result}
      description={w.took(Math.round(done.duration_ms), done.attempts)}
      actions={
        rows && (
          <SegmentedControl
            size="xs"
            aria-label={w.showAs}
            value={as}
            onChange={setAs}
            data={[
              { value: 'table', label: w.table },
              { value: 'json', label: w.json },
            ]}
          />
        )
      }
    >
      <Stack gap="sm" role="status">
        {done.secret_reflected && <Alert color="orange">{w.reflected}</Alert>}
        {rows && as === 'table' ? <Rows rows={rows} /> : <Json value={done.result} />}
      </Stack>
    </Panel>
  );
}

function Json({ value }: { value: unknown }) {
  return (
    <ScrollArea.Autosize mah={520} viewportProps={{ tabIndex: 0 }}>
      <Code block>{JSON.stringify(value, null, 2)}</Code>
    </ScrollArea.Autosize>
  );
}

const MOST_ROWS = 200;

function Rows({ rows }: { rows: Record<string, unknown>[] }) {
  const w = useWords(words);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <>
      <ScrollArea className={classes.cells} viewportProps={{ tabIndex: 0 }}>
        <Table striped withTableBorder horizontalSpacing="sm" verticalSpacing={6} aria-label={w.result}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} scope="col">
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, MOST_ROWS).map((row, place) => (
              <Table.Tr key={place}>
                {columns.map((column) => (
                  <Table.Td key={column}>
                    <Text size="sm" lineClamp={2} maw={260} title={cell(row[column])}>
                      {cell(row[column])}
                    </Text>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Group>
        <Text size="xs" c="dimmed" className="tabular">
          {w.rows(rows.length)}
        </Text>
      </Group>
    </>
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}

/** The list of objects in an answer: its `rows`, else the first there is, at most three levels down. */
function findRows(value: unknown, depth = 0): Record<string, unknown>[] | null {
  if (Array.isArray(value)) {
    const isRows = value.length > 0 && value.every((one) => Object.keys(recordOf(one)).length > 0);
    return isRows ? value.map(recordOf) : null;
  }
  if (depth >= 3) return null;
  const { rows, ...others } = recordOf(value);
  if (Array.isArray(rows)) return findRows(rows, depth + 1);
  for (const one of Object.values(others)) {
    const found = findRows(one, depth + 1);
    if (found) return found;
  }
  return null;
}
