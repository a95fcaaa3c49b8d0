import { Button, Code, Group, Stack, Table, Text } from '@mantine/core';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { PlainDialog } from '../../../ui/PlainDialog';
import { QueryView } from '../../../ui/QueryView';
import classes from './DifferenceDialog.module.css';
import { words } from './words';

interface DifferenceDialogProps {
  processId: string;
  old: number;
  onClose: () => void;
}

/** What the draft has that a version hasn't, and the other way round, state by state. */
export function DifferenceDialog({ processId, old, onClose }: DifferenceDialogProps) {
  const w = useWords(words);
  const found = api.useQuery('get', '/api/processes/{process}/difference', {
    params: { path: { process: processId }, query: { old } },
  });
  return (
    <PlainDialog onClose={onClose} size="lg" title={w.difference(old)}>
      <Stack>
        <QueryView query={found}>{(difference) => <Shown difference={difference} />}</QueryView>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {w.close}
          </Button>
        </Group>
      </Stack>
    </PlainDialog>
  );
}

/** Where, and what stood and stands there; nothing is said of a side that has nothing. */
function Field({ field }: { field: Schemas['ChangedField'] }) {
  const w = useWords(words);
  const sides = [
    [w.before, field.old],
    [w.after, field.new],
  ] as const;
  return (
    <Stack gap={2}>
      <Text size="sm" fw={500} className={classes.whole}>
        {field.pointer}
      </Text>
      {sides
        .filter(([, value]) => value !== null)
        .map(([label, value]) => (
          <Group key={label} gap="xs" wrap="nowrap" align="baseline">
            <Text size="xs" c="dimmed" className={classes.side}>
              {label}
            </Text>
            <Code className={classes.whole}>{typeof value === 'string' ? value : JSON.stringify(value)}</Code>
          </Group>
        ))}
    </Stack>
  );
}

function Shown({ difference }: { difference: Schemas['ProcessDifference'] }) {
  const w = useWords(words);
  const changes: Record<string, string> = { added: w.added, removed: w.removed, changed: w.changed };
  if (difference.is_empty) return <Text size="sm">{w.same}</Text>;
  const rows = [
    ...(difference.definition_fields.length > 0 ? [{ path: w.whole, change: 'changed', fields: difference.definition_fields }] : []),
    ...difference.states,
  ];
  return (
    <Stack gap="sm">
      {rows.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{w.state}</Table.Th>
              <Table.Th scope="col">{w.change}</Table.Th>
              <Table.Th scope="col">{w.fields}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((one) => (
              <Table.Tr key={one.path}>
                <Table.Td>{one.path}</Table.Td>
                <Table.Td>{changes[one.change] ?? one.change}</Table.Td>
                <Table.Td>
                  <Stack gap="xs">
                    {one.fields.map((field) => (
                      <Field key={field.pointer} field={field} />
                    ))}
                  </Stack>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {difference.form_changed && <Text size="sm">{w.form}</Text>}
      {difference.settings.length > 0 && <Text size="sm">{w.settings(difference.settings.join(', '))}</Text>}
    </Stack>
  );
}
