import { Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
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

const COLORS: Record<string, string> = { added: 'green', removed: 'red', changed: 'yellow' };

/** Where, and what stood and stands there; nothing is said of a side that has nothing. */
function Field({ field }: { field: Schemas['ChangedField'] }) {
  const w = useWords(words);
  const sides = [
    [w.before, field.old],
    [w.after, field.new],
  ] as const;
  return (
    <Stack gap={2}>
      <Text size="sm" c="dimmed" className={classes.whole}>
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
    <Stack>
      {rows.length > 0 && (
        <Stack component="ul" aria-label={w.fields} m={0} p={0} className={classes.states}>
          {rows.map((one) => (
            <Stack component="li" key={one.path} gap="xs">
              <Group gap="xs">
                <Text size="sm" fw={600} className={classes.whole}>
                  {one.path}
                </Text>
                <Badge variant="light" color={COLORS[one.change] ?? 'gray'} size="sm" tt="none">
                  {changes[one.change] ?? one.change}
                </Badge>
              </Group>
              {one.fields.map((field) => (
                <Field key={field.pointer} field={field} />
              ))}
            </Stack>
          ))}
        </Stack>
      )}
      {difference.form_changed && <Text size="sm">{w.form}</Text>}
      {difference.settings.length > 0 && <Text size="sm">{w.settings(difference.settings.join(', '))}</Text>}
    </Stack>
  );
}
