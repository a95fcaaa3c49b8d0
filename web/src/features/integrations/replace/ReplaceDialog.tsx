import { useMemo, useState } from 'react';
import { List, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { Buttons } from '../../../ui/connection/dialogs/Buttons';
import { ConnectorForm } from '../../../ui/connection/dialogs/ConnectorDialog';
import { DialogFrame, type DialogProps } from '../../../ui/connection/dialogs/DialogFrame';
import { OtherAccount, otherAccount } from '../../../ui/connection/dialogs/OtherAccount';
import { numberOf } from '../../../ui/connection/dialogs/ReplaceDialog';
import { WithConnector } from '../../../ui/connection/dialogs/WithConnector';
import { words as dialogWords } from '../../../ui/connection/dialogs/words';
import { DetailsFields } from '../../../ui/connection/form/DetailsFields';
import { FormProblem } from '../../../ui/connection/form/FormProblem';
import { SignInFields } from '../../../ui/connection/form/SignInFields';
import { Testing } from '../../../ui/connection/form/Testing';
import { useConnectionForm } from '../../../ui/connection/form/useConnectionForm';
import { useFocusOnProblem } from '../../../ui/connection/form/useFocusOnProblem';
import { words as formWords } from '../../../ui/connection/form/words';
import { findGroups } from '../../../ui/connection/pick';
import { notifyDone } from '../../../ui/notify';
import { Picker, type Choice } from '../../../ui/Picker';
import { QueryView } from '../../../ui/QueryView';
import { draftsOf } from '../../../ui/schema/values';
import { Accept } from '../detail/Accept';
import { problemsOf } from '../problems';
import { words as shared } from '../words';
import { GrantsLeft } from './GrantsLeft';
import { isSameOrigin } from './origin';
import { words } from './words';

interface ReplaceDialogProps extends DialogProps {
  integration: Schemas['Integration'];
  /** The connection that it is, too. */
  connection: Schemas['Connection'];
}

/** Makes the successor of an integration whose endpoint or access groups must change (C16, O1). */
export function ReplaceDialog({ integration, connection, isOpen, onClose }: ReplaceDialogProps) {
  const w = useWords(words);
  return (
    <DialogFrame isOpen={isOpen} onClose={onClose} title={w.title(integration.title)}>
      <WithConnector connection={connection}>
        {(connector, details) => (
          <Body integration={integration} connection={connection} connector={connector} details={details} onClose={onClose} />
        )}
      </WithConnector>
    </DialogFrame>
  );
}

interface BodyProps {
  integration: Schemas['Integration'];
  connection: Schemas['Connection'];
  connector: Schemas['Connector'];
  details: Schemas['ConnectionDetails'];
  onClose: () => void;
}

const NOTHING: ReadonlyMap<string, string> = new Map();
const SHOWN = ['title', 'name', 'details.', 'credentials.', 'scheme', 'access_groups', 'accept_responsibilities'];

function Body({ integration, connection, connector, details, onClose }: BodyProps) {
  const w = useWords(words);
  const ws = useWords(shared);
  const wd = useWords(dialogWords);
  const wf = useWords(formWords);
  const navigate = useNavigate();
  const [title, setTitle] = useState(integration.title);
  const groups = useGroups(integration);
  // Where credentials are asked for, none of the present ones stays.
  const stored = useMemo(() => ({ ...details, secrets: [] }), [details]);
  const form = useConnectionForm(connector, stored);
  const [mistaken, setMistaken] = useState<object | null>(null);
  const replace = api.useMutation('post', '/api/integrations/{integration}/replace', {
    onSuccess: async ({ integration: successor }) => {
      onClose();
      await navigate({ to: '/integrations/$integrationId/{-$tab}', params: { integrationId: successor.id } });
      await Promise.all([refresh('/api/integrations'), refresh('/api/connections')]);
      notifyDone(wd.replaced);
    },
    onError: (error) => {
      if (toProblem(error).code === 'responsibilities.not_accepted') groups.askAnew();
    },
  });
  const { error } = replace;
  const place = useFocusOnProblem(error ?? mistaken);
  const byField = error ? problemsOf(error) : NOTHING;
  const isOther = error !== null && otherAccount(error) !== null;
  const isMoved = !isSameOrigin(form.details.drafts, draftsOf(form.details.fields, details.details));
  // The server has the last word on what is another origin.
  const needsCredentials = isMoved || (error !== null && toProblem(error).code === 'connection.secret_required');

  const hasSecrets = details.secrets.some((one) => one.is_set);

  const submit = (account?: string) => {
    const filled = form.read(needsCredentials ? 'all' : 'details');
    if (!filled) {
      replace.reset();
      setMistaken({});
      return;
    }
    replace.mutate({
      params: { path: { integration: integration.id }, header: ifMatch(integration.version) },
      body: {
        title: title.trim(),
        details: filled.details,
        ...(needsCredentials && { scheme: filled.scheme, credentials: filled.credentials }),
        ...groups.read(),
        accept_account: account,
      },
    });
  };

  return (
    <ConnectorForm
      place={place}
      onSubmit={() => {
        submit();
      }}
    >
      <Text size="sm">{w.text}</Text>
      <List size="sm" c="dimmed" spacing={4}>
        <List.Item>{w.keeps}</List.Item>
        <List.Item>{wd.replaceUses(numberOf(connection.uses))}</List.Item>
        <List.Item>{w.old}</List.Item>
      </List>
      <TextInput
        label={ws.title}
        value={title}
        required
        maxLength={120}
        error={byField.get('title') ?? byField.get('name')}
        onChange={(event) => {
          setTitle(event.currentTarget.value);
        }}
      />
      <DetailsFields form={form} byField={byField} />
      {(needsCredentials || hasSecrets) && (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {wf.credentials}
          </Text>
          {hasSecrets && (
            <Text size="sm" c="dimmed">
              {needsCredentials ? w.credentialsText : w.credentialsGo}
            </Text>
          )}
        </Stack>
      )}
      {needsCredentials && <SignInFields name={title} connector={connector} form={form} byField={byField} />}
      <Picker
        label={w.accessGroups}
        description={w.accessGroupsHint}
        value={groups.chosen}
        onChange={groups.choose}
        what="groups"
        find={findGroups}
        error={byField.get('access_groups') ?? (groups.chosen.length === 0 ? w.needGroups : undefined)}
      />
      {groups.areOther && (
        <>
          <QueryView query={groups.left}>{(left) => <GrantsLeft left={left} />}</QueryView>
          <Accept
            text={groups.text}
            why={w.needAccept}
            isAccepted={groups.isAccepted}
            onChange={groups.accept}
            error={byField.get('accept_responsibilities')}
          />
        </>
      )}
      {isOther && <OtherAccount error={error} onAccept={submit} />}
      {!isOther && <FormProblem error={error} shown={SHOWN} title={wd.refused} />}
      {replace.isPending && <Testing />}
      <Buttons
        submit={wd.replace}
        isBusy={replace.isPending}
        isReady={title.trim() !== '' && groups.isReady}
        onCancel={onClose}
      />
    </ConnectorForm>
  );
}

/** The access groups of the successor; for other ones, what they leave of the grants, and whether the box is ticked (O3). */
function useGroups(integration: Schemas['Integration']) {
  const [chosen, choose] = useState<Choice[]>(integration.access_groups ?? []);
  const [isAccepted, accept] = useState(false);
  const ids = idsOf(chosen);
  const areOther = chosen.length > 0 && ids.join() !== idsOf(integration.access_groups ?? []).join();
  const text = api.useQuery('get', '/api/integrations/responsibilities', {}, { staleTime: 300_000, enabled: areOther });
  const left = useQuery({
    queryKey: ['replacement', integration.id, integration.version, ids.join()],
    queryFn: () => findGrantsLeft(integration.id, ids),
    enabled: areOther,
    gcTime: 0,
  });
  return {
    chosen,
    choose,
    areOther,
    left,
    text: text.data,
    isAccepted,
    accept,
    /** What is lost must have been seen, and the responsibilities accepted. */
    isReady: chosen.length > 0 && (!areOther || (left.data !== undefined && isAccepted)),
    /** The text is another one by now. */
    askAnew: () => {
      accept(false);
      void text.refetch();
    },
    read: () => (areOther ? { access_groups: ids, accept_responsibilities: text.data?.version } : {}),
  };
}

function idsOf(choices: readonly { id: string }[]): string[] {
  return choices.map(({ id }) => id).sort();
}

async function findGrantsLeft(id: string, accessGroups: string[]): Promise<Schemas['GrantsLeft']> {
  const { data } = await call.POST('/api/integrations/{integration}/replacements', {
    params: { path: { integration: id } },
    body: { access_groups: accessGroups },
  });
  if (!data) throw new Error('the answer is empty');
  return data;
}
