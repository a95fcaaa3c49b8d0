import { useState } from 'react';
import { List, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { notifyDone } from '../../notify';
import { DetailsFields } from '../form/DetailsFields';
import { FormProblem } from '../form/FormProblem';
import { SignInFields } from '../form/SignInFields';
import { Testing } from '../form/Testing';
import { useConnectionForm } from '../form/useConnectionForm';
import { useFocusOnProblem } from '../form/useFocusOnProblem';
import { words as formWords } from '../form/words';
import { words as shared } from '../words';
import { Buttons } from './Buttons';
import { ConnectorDialog, ConnectorForm, type ConnectorBodyProps } from './ConnectorDialog';
import type { DialogProps } from './DialogFrame';
import { OtherAccount, otherAccount } from './OtherAccount';
import { words } from './words';

interface ReplaceDialogProps extends DialogProps {
  connection: Schemas['Connection'];
}

/** Makes the successor of a connection whose fixed details must change (C16). */
export function ReplaceDialog({ connection, isOpen, onClose }: ReplaceDialogProps) {
  const w = useWords(words);
  return (
    <ConnectorDialog
      connection={connection}
      title={w.replaceTitle(connection.name)}
      body={Body}
      isOpen={isOpen}
      onClose={onClose}
    />
  );
}

function Body({ connection, connector, details, onClose }: ConnectorBodyProps) {
  const w = useWords(words);
  const ws = useWords(shared);
  const wf = useWords(formWords);
  const navigate = useNavigate();
  const [name, setName] = useState(connection.name);
  const form = useConnectionForm(connector, details);
  const replace = api.useMutation('post', '/api/connections/{connection}/replace', {
    onSuccess: async (successor) => {
      onClose();
      await navigate({ to: '/connections/$connectionId/{-$tab}', params: { connectionId: successor.id } });
      await refresh('/api/connections');
      notifyDone(w.replaced);
    },
  });
  const { error } = replace;
  const place = useFocusOnProblem(error);
  const byField = error ? toProblem(error).byField : new Map<string, string>();
  const isOther = error !== null && otherAccount(error) !== null;
  const submit = (account?: string) => {
    const filled = form.read();
    if (!filled) return;
    replace.mutate({
      params: { path: { connection: connection.id }, header: ifMatch(connection.version) },
      body: { ...filled, name: name.trim(), accept_account: account },
    });
  };
  return (
    <ConnectorForm
      place={place}
      onSubmit={() => {
        submit();
      }}
    >
      <Text size="sm">{w.replaceText}</Text>
      <List size="sm" c="dimmed" spacing={4}>
        <List.Item>{w.replaceKeeps}</List.Item>
        <List.Item>{w.replaceUses(numberOf(connection.uses))}</List.Item>
        <List.Item>{w.replaceOld}</List.Item>
      </List>
      <TextInput
        label={ws.name}
        value={name}
        required
        maxLength={200}
        error={byField.get('name')}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <DetailsFields form={form} byField={byField} />
      <Text size="sm" fw={600}>
        {wf.credentials}
      </Text>
      <Text size="sm" c="dimmed" mt={-10}>
        {w.replaceCredentials}
      </Text>
      <SignInFields name={name} connector={connector} form={form} byField={byField} />
      {isOther && <OtherAccount error={error} onAccept={submit} />}
      {!isOther && <FormProblem error={error} shown={['name', 'details.', 'credentials.', 'scheme']} title={w.refused} />}
      {replace.isPending && <Testing />}
      <Buttons submit={w.replace} isBusy={replace.isPending} isReady={name.trim() !== ''} onCancel={onClose} />
    </ConnectorForm>
  );
}

export function numberOf(uses: Record<string, number>): number {
  return Object.values(uses).reduce((sum, n) => sum + n, 0);
}
