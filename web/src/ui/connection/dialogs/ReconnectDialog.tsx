import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { api, ifMatch, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useLanguage } from '../../../lib/language';
import { fullTime } from '../../../lib/time';
import { useWords } from '../../../lib/words';
import { words as ui } from '../../words';
import { FormProblem } from '../form/FormProblem';
import { SignInFields } from '../form/SignInFields';
import { Testing } from '../form/Testing';
import { useConnectionForm } from '../form/useConnectionForm';
import { useFocusOnProblem } from '../form/useFocusOnProblem';
import { Buttons } from './Buttons';
import { ConnectorDialog, ConnectorForm, type ConnectorBodyProps } from './ConnectorDialog';
import type { DialogProps } from './DialogFrame';
import { OtherAccount, otherAccount } from './OtherAccount';
import { words } from './words';

interface ReconnectDialogProps extends DialogProps {
  connection: Schemas['Connection'];
}

/** Replaces the credentials, tested first (C5). */
export function ReconnectDialog({ connection, isOpen, onClose }: ReconnectDialogProps) {
  const w = useWords(words);
  return (
    <ConnectorDialog
      connection={connection}
      title={w.reconnectTitle(connection.name)}
      body={Body}
      isOpen={isOpen}
      onClose={onClose}
    />
  );
}

function Body({ connection, connector, details, onClose }: ConnectorBodyProps) {
  const w = useWords(words);
  const form = useConnectionForm(connector, details);
  const reconnect = api.useMutation('put', '/api/connections/{connection}/credentials', {
    onSuccess: () => refresh('/api/connections'),
  });
  const { error } = reconnect;
  const place = useFocusOnProblem(error);
  const isOther = error !== null && otherAccount(error) !== null;
  const submit = (account?: string) => {
    const filled = form.read('credentials');
    if (!filled) return;
    const scheme = filled.scheme === details.scheme ? undefined : filled.scheme;
    reconnect.mutate({
      params: { path: { connection: connection.id }, header: ifMatch(connection.version) },
      body: { credentials: filled.credentials, scheme, accept_account: account },
    });
  };
  if (reconnect.data) return <Done connection={reconnect.data} onClose={onClose} />;
  return (
    <ConnectorForm
      place={place}
      onSubmit={() => {
        submit();
      }}
    >
      <Text size="sm" c="dimmed">
        {w.reconnectText}
      </Text>
      <SignInFields
        name={connection.name}
        connector={connector}
        form={form}
        byField={error ? toProblem(error).byField : new Map()}
      />
      {isOther && <OtherAccount error={error} onAccept={submit} />}
      {!isOther && <FormProblem error={error} shown={['credentials.', 'scheme']} title={w.refused} />}
      {error !== null && toProblem(error).kind.startsWith('remote_') && (
        <Text size="sm" c="dimmed">
          {w.refusedText}
        </Text>
      )}
      {reconnect.isPending && <Testing />}
      <Buttons submit={w.reconnect} isBusy={reconnect.isPending} onCancel={onClose} />
    </ConnectorForm>
  );
}

function Done({ connection, onClose }: { connection: Schemas['Connection']; onClose: () => void }) {
  const w = useWords(words);
  const wu = useWords(ui);
  const { language } = useLanguage();
  const account = connection.details?.remote?.account;
  const until = connection.details?.can_roll_back_until;
  return (
    <Stack>
      <Alert variant="default" icon={<IconCheck size={18} color="var(--mantine-color-teal-6)" aria-hidden />} title={w.reconnected} role="status">
        <Text size="sm">{account ? w.reconnectedAs(account) : w.reconnectedPlain}</Text>
        {until && (
          <Text size="sm" mt={6}>
            {w.rollBackUntil(fullTime(new Date(until), language))}
          </Text>
        )}
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose}>{wu.close}</Button>
      </Group>
    </Stack>
  );
}
