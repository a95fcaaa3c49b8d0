import { Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Panel } from '../../ui/Panel';
import { readFields, recordOf } from '../../ui/schema/fields';
import { useSaid } from '../../ui/schema/said';
import { words } from './words';

/** What was answered. */
export function Given({ task }: { task: Schemas['Task'] }) {
  const w = useWords(words);
  const said = useSaid();
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
      <Facts rows={readFields(task.form ?? {}).map((field) => [field.label, said(field, values[field.name])])} />
    </Panel>
  );
}
