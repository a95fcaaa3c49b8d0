import { Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Panel } from '../../ui/Panel';
import { readFields, recordOf } from '../../ui/schema/fields';
import { words } from './words';

/** What was answered. */
export function Given({ task }: { task: Schemas['Task'] }) {
  const w = useWords(words);
  const answer = recordOf(task.answer);
  if (task.kind === 'approve') {
    const reason = typeof answer.reason === 'string' ? answer.reason : '';
    return (
      <Panel title={w.theAnswer}>
        <Text size="sm">{task.decision === 'approved' ? w.wasApproved : w.wasRejected}</Text>
        {reason && (
          <Text size="sm" mt="xs" style={{ whiteSpace: 'pre-wrap' }}>
            {reason}
          </Text>
        )}
      </Panel>
    );
  }
  const values = 'values' in answer ? recordOf(answer.values) : answer;
  return (
    <Panel title={w.theAnswer}>
      <Facts rows={readFields(task.form ?? {}).map(({ name, label }) => [label, shown(values[name], w)])} />
    </Panel>
  );
}

function shown(value: unknown, w: { yes: string; no: string }): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? w.yes : w.no;
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
