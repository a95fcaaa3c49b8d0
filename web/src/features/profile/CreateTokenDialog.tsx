import { useState } from 'react';
import { Button, Checkbox, Code, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { call, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { Dialog } from '../../ui/Dialog';
import { FormDialog } from '../../ui/FormDialog';
import { ShownOnce } from '../../ui/ShownOnce';
import { words } from './words';

type Scope = Schemas['Scope'];

const LIVES = [7, 30, 90, 365];
const DAY = 86_400_000;

/** Asks what the token is for, then shows it, this once. */
export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['read']);
  const [days, setDays] = useState('90');
  const [text, setText] = useState<string | null>(null);

  const create = async () => {
    // A little less than said: a year at most is the server's, not this machine's year.
    const end = new Date(Date.now() + Number(days) * DAY - 60_000);
    const { data } = await call.POST('/api/tokens', {
      body: { name: name.trim(), scopes, expires_at: end.toISOString() },
    });
    await refresh('/api/tokens');
    setText(data?.text ?? null);
  };

  if (text) return <TokenMade text={text} onClose={onClose} />;
  return (
    <FormDialog
      onClose={onClose}
      title={w.createTitle}
      submitLabel={w.create}
      isReady={name.trim() !== '' && scopes.length > 0}
      onSubmit={create}
      staysOpen
    >
      <TextInput
        label={w.tokenName}
        description={w.tokenNameHint}
        required
        data-autofocus
        maxLength={120}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <Checkbox.Group label={w.scopes} description={w.scopesHint} value={scopes} onChange={setScopes}>
        <Stack gap="sm" mt="sm">
          <ScopeBox scope="read" what={w.read} />
          <ScopeBox scope="use" what={w.use} />
          <ScopeBox scope="manage:connections" what={w.manageConnections} />
          <ScopeBox scope="manage:processes" what={w.manageProcesses} />
          <ScopeBox scope="manage:directory" what={w.manageDirectory} />
          <ScopeBox scope="audit" what={w.auditScope} />
        </Stack>
      </Checkbox.Group>
      <Stack gap={6}>
        <Text size="sm" fw={500}>
          {w.expires}
        </Text>
        <SegmentedControl
          aria-label={w.expires}
          value={days}
          onChange={setDays}
          data={LIVES.map((n) => ({ value: String(n), label: w.days(n) }))}
        />
      </Stack>
    </FormDialog>
  );
}

function ScopeBox({ scope, what }: { scope: Scope; what: string }) {
  return (
    <Checkbox
      value={scope}
      label={
        <Text size="sm" ff="monospace" span>
          {scope}
        </Text>
      }
      description={what}
    />
  );
}

function TokenMade({ text, onClose }: { text: string; onClose: () => void }) {
  const w = useWords(words);
  return (
    <Dialog onClose={onClose} title={w.created} size="lg" isOnce>
      <Stack>
        <ShownOnce title={w.created} text={text}>
          {w.tokenText}
        </ShownOnce>
        <div>
          <Title order={3} mb={6}>
            {w.tryIt}
          </Title>
          <Code block>{`curl ${window.location.origin}/api/me -H "Authorization: Bearer …"`}</Code>
        </div>
        <Group justify="flex-end">
          <Button onClick={onClose}>{w.done}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
