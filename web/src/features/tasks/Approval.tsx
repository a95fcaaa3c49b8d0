import { useState } from 'react';
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { ifMatch, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { Panel } from '../../ui/Panel';
import { ProblemAlert } from '../../ui/states';
import { useDecide } from './decide';
import { words } from './words';

const LONGEST_REASON = 2000;

/** A yes or a no, with the reason if one likes to give it. */
export function Approval({ task }: { task: Schemas['Task'] }) {
  const w = useWords(words);
  const [reason, setReason] = useState('');
  const decide = useDecide();
  const send = (decision: 'approved' | 'rejected') => {
    decide.mutate({
      params: { path: { task_id: task.id }, header: ifMatch(task.version) },
      body: { decision, reason: reason.trim() },
    });
  };
  const sent = decide.isPending ? decide.variables.body.decision : undefined;
  return (
    <Panel title={w.yourAnswer} description={w.approvalText}>
      <Stack gap="md">
        <Textarea
          label={w.reason}
          description={w.reasonText}
          value={reason}
          maxLength={LONGEST_REASON}
          autosize
          minRows={2}
          maxRows={10}
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
        <ProblemAlert error={decide.error} />
        <Group gap="xs">
          <Button
            leftSection={<IconCheck size={16} aria-hidden />}
            loading={sent === 'approved'}
            disabled={sent === 'rejected'}
            onClick={() => {
              send('approved');
            }}
          >
            {w.approve}
          </Button>
          <Button
            variant="default"
            leftSection={<IconX size={16} aria-hidden />}
            loading={sent === 'rejected'}
            disabled={sent === 'approved'}
            onClick={() => {
              send('rejected');
            }}
          >
            {w.reject}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
