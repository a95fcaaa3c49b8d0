import { Text } from '@mantine/core';
import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { notifyDone } from '../../notify';
import { DetailsFields } from '../form/DetailsFields';
import { FormProblem } from '../form/FormProblem';
import { Reason } from '../form/Reason';
import { SignInFields } from '../form/SignInFields';
import { Testing } from '../form/Testing';
import { useConnectionForm } from '../form/useConnectionForm';
import { useFocusOnProblem } from '../form/useFocusOnProblem';
import { Buttons } from './Buttons';
import { ConnectorDialog, ConnectorForm, type ConnectorBodyProps } from './ConnectorDialog';
import type { DialogProps } from './DialogFrame';
import { words } from './words';

interface CorrectDialogProps extends DialogProps {
  connection: Schemas['Connection'];
}

/** As long as it has never been connected, details and credentials can be corrected (C1). */
export function CorrectDialog({ connection, isOpen, onClose }: CorrectDialogProps) {
  const w = useWords(words);
  return (
    <ConnectorDialog
      connection={connection}
      title={w.correctTitle(connection.name)}
      body={Body}
      isOpen={isOpen}
      onClose={onClose}
    />
  );
}

function Body({ connection, connector, details, onClose }: ConnectorBodyProps) {
  const w = useWords(words);
  const form = useConnectionForm(connector, details);
  const correct = api.useMutation('put', '/api/connections/{connection}/details', {
    onSuccess: async (changed) => {
      await refresh('/api/connections');
      if (changed.state !== 'connected') return;
      notifyDone(w.nowConnected);
      onClose();
    },
  });
  const { error } = correct;
  const place = useFocusOnProblem(error);
  const byField = error ? toProblem(error).byField : new Map<string, string>();
  const submit = () => {
    const filled = form.read();
    if (!filled) return;
    correct.mutate({
      params: { path: { connection: connection.id }, header: ifMatch(connection.version) },
      body: filled,
    });
  };
  return (
    <ConnectorForm
      place={place}
      onSubmit={() => {
        submit();
      }}
    >
      <Text size="sm" c="dimmed">
        {w.correctText}
      </Text>
      <DetailsFields form={form} byField={byField} />
      <SignInFields name={connection.name} connector={connector} form={form} byField={byField} />
      <FormProblem error={error} shown={['details.', 'credentials.', 'scheme']} />
      {correct.data && correct.data.state !== 'connected' && (
        <Reason title={w.correctFailed} connection={correct.data} />
      )}
      {correct.isPending && <Testing />}
      <Buttons submit={w.correct} isBusy={correct.isPending} onCancel={onClose} />
    </ConnectorForm>
  );
}
