import { useState } from 'react';
import { Alert, List, Stack, Text, Textarea } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { FormDialog } from '../../../ui/FormDialog';
import { notifyDone } from '../../../ui/notify';
import { words } from './words';

interface PublishDialogProps {
  process: Schemas['Process'];
  draft: Schemas['ProcessDraft'];
  onClose: () => void;
}

/** What stands in the way, which connections will be used and by whose right (C9), before anything is published. */
export function PublishDialog({ process, draft, onClose }: PublishDialogProps) {
  const w = useWords(words);
  const [note, setNote] = useState('');
  const errors = draft.findings.filter((one) => one.is_error);
  const used = new Map(draft.steps.map((one) => [one.connection_id ?? one.reference, one]));
  return (
    <FormDialog
      onClose={onClose}
      title={w.publishTitle(process.name)}
      submitLabel={w.publish}
      isReady={errors.length === 0}
      onSubmit={async () => {
        await call.POST('/api/processes/{process}/versions', {
          params: { path: { process: process.id }, header: ifMatch(draft.version) },
          body: { note: note.trim() },
        });
        await refresh();
        notifyDone(w.published);
      }}
    >
      {errors.length > 0 ? (
        <Alert color="red" variant="light" title={w.cantPublish} role="alert">
          <List size="sm">
            {errors.map((one, place) => (
              <List.Item key={place}>
                {sentence(one.message)}
                <Text size="xs" c="dimmed">
                  {one.pointer || w.top}
                </Text>
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : (
        <Text size="sm">{process.published === null ? w.publishFirst : w.publishText(process.published + 1)}</Text>
      )}
      <Stack gap={4}>
        <Text size="sm" fw={550}>
          {w.uses}
        </Text>
        {used.size === 0 ? (
          <Text size="sm" c="dimmed">
            {w.usesNone}
          </Text>
        ) : (
          <List size="sm">
            {[...used].map(([key, step]) => (
              <List.Item key={key}>
                {step.connection_name ?? w.unknown(step.reference)}
                {step.access === 'locked' && ` (${w.locked})`}
              </List.Item>
            ))}
          </List>
        )}
      </Stack>
      <Alert color="gray" variant="light" icon={<IconInfoCircle size={18} />} role="note">
        {w.runTime}
      </Alert>
      <Textarea
        label={w.note}
        description={w.noteText}
        autosize
        minRows={2}
        maxLength={2000}
        value={note}
        onChange={(event) => {
          setNote(event.currentTarget.value);
        }}
      />
    </FormDialog>
  );
}
