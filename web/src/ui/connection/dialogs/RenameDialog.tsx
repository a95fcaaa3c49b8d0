import { useState } from 'react';
import { Stack, TextInput } from '@mantine/core';
import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { notifyDone } from '../../notify';
import { ProblemAlert } from '../../states';
import { words as shared } from '../words';
import { Buttons } from './Buttons';
import { DialogFrame, type DialogProps } from './DialogFrame';
import { words } from './words';

interface RenameDialogProps extends DialogProps {
  connection: Schemas['Connection'];
}

/** Names are unique in the business unit (C4). */
export function RenameDialog({ connection, isOpen, onClose }: RenameDialogProps) {
  const w = useWords(words);
  return (
    <DialogFrame isOpen={isOpen} onClose={onClose} title={w.renameTitle}>
      <Body connection={connection} onClose={onClose} />
    </DialogFrame>
  );
}

function Body({ connection, onClose }: Omit<RenameDialogProps, 'isOpen'>) {
  const w = useWords(words);
  const ws = useWords(shared);
  const [name, setName] = useState(connection.name);
  const rename = api.useMutation('patch', '/api/connections/{connection}', {
    onSuccess: async () => {
      await refresh('/api/connections');
      notifyDone(w.renamed);
      onClose();
    },
  });
  const problem = rename.error === null ? null : toProblem(rename.error);
  const isAboutName = problem?.code === 'connection.name_taken' || problem?.byField.has('name');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate({
          params: { path: { connection: connection.id }, header: ifMatch(connection.version) },
          body: { name: name.trim() },
        });
      }}
    >
      <Stack>
        <TextInput
          label={ws.name}
          description={w.renameText}
          value={name}
          maxLength={200}
          data-autofocus
          error={isAboutName && problem ? sentence(problem.detail) : undefined}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        {!isAboutName && <ProblemAlert error={problem} />}
        <Buttons
          submit={w.rename}
          isBusy={rename.isPending}
          isReady={name.trim() !== '' && name.trim() !== connection.name}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
