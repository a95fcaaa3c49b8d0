import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { SignInFields } from '../../../ui/connection/form/SignInFields';
import { takeApart, titleOfScheme } from '../../../ui/connection/form/schemes';
import { Panel } from '../../../ui/Panel';
import { SchemaForm } from '../../../ui/schema/SchemaForm';
import { problemsOf } from '../../../ui/schema/values';
import { TrySignIn } from '../check/TrySignIn';
import type { StepProps } from './steps';
import { words } from './words';

interface SignInProps extends StepProps {
  connector: Schemas['Connector'];
}

/** How one signs in: what the document asks for is suggested, what is not possible yet says why (O4). */
export function SignIn({ draft, connector, byField }: SignInProps) {
  const w = useWords(words);
  const { form } = draft;
  const { found: reading } = draft.document;
  const needsToken = form.scheme.includes('oauth2');
  const fields = form.details.fields.filter(({ name }) => name !== 'endpoint' && name !== 'test_path');
  return (
    <Stack gap="lg">
      <Panel title={w.fromDocument} description={w.fromDocumentText}>
        {reading && <Suggestions draft={draft} reading={reading} connector={connector} />}
      </Panel>
      <Panel title={w.credentials} description={w.signInText}>
        <Stack gap="md">
          <SignInFields name={draft.title} connector={connector} form={form} byField={byField} />
          <SchemaForm
            fields={fields}
            drafts={form.details.drafts}
            onChange={form.details.change}
            mistakes={form.details.mistakes}
            problems={problemsOf(byField, 'details')}
            fold={(field) => field.name !== 'token_url' || !needsToken}
          />
        </Stack>
      </Panel>
      <Panel title={w.test} description={w.testText}>
        <Stack gap="sm">
          {reading && reading.test_paths.length > 0 && (
            <Group gap={6}>
              <Text size="sm" c="dimmed">
                {w.testPaths}
              </Text>
              {reading.test_paths.map((path) => (
                <Button
                  key={path}
                  variant="default"
                  size="compact-xs"
                  onClick={() => {
                    form.details.change({ ...form.details.drafts, test_path: path });
                  }}
                >
                  {path}
                </Button>
              ))}
            </Group>
          )}
          <SchemaForm
            fields={form.details.fields.filter(({ name }) => name === 'test_path')}
            drafts={form.details.drafts}
            onChange={form.details.change}
            problems={problemsOf(byField, 'details')}
          />
          <TrySignIn trial={draft.trial} />
        </Stack>
      </Panel>
    </Stack>
  );
}

interface SuggestionsProps extends Pick<SignInProps, 'draft' | 'connector'> {
  reading: Schemas['DocumentReading'];
}

function Suggestions({ draft, reading, connector }: SuggestionsProps) {
  const w = useWords(words);
  if (reading.sign_in.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {w.nothingAsked}
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      {reading.sign_in.map((one) => (
        <Suggestion key={one.key} one={one} draft={draft} connector={connector} />
      ))}
      {reading.open_operations > 0 && (
        <Text size="sm" c="dimmed">
          {w.open(reading.open_operations)}
        </Text>
      )}
      {reading.joined_operations > 0 && (
        <Text size="sm" c="dimmed">
          {w.joined(reading.joined_operations)}
        </Text>
      )}
    </Stack>
  );
}

interface SuggestionProps extends Pick<SignInProps, 'draft' | 'connector'> {
  one: Schemas['ReadSignIn'];
}

/** Of what a document calls by their type alone, the names that people know. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['oauth2', 'OAuth 2'],
  ['openIdConnect', 'OpenID Connect'],
]);

function Suggestion({ one, draft, connector }: SuggestionProps) {
  const w = useWords(words);
  const { form } = draft;
  const { scheme, token_url: tokenUrl } = one;
  const kind = scheme && ['apiKey', 'http'].includes(one.kind) ? titleOfScheme(connector, scheme) : (KINDS.get(one.kind) ?? one.kind);
  const parts = takeApart(form.scheme, form.credentials.drafts);
  // Two keys are told apart by their names.
  const isChosen = parts.some(({ key, drafts }) => key === scheme && (drafts.name ?? '') === (one.credentials.name ?? ''));
  const mayJoin = !isChosen && form.scheme !== 'none' && parts.length < connector.most_schemes;
  return (
    <Paper p="sm" component="section" aria-label={one.key}>
      <Group justify="space-between" align="flex-start" gap="sm">
        {/* Where there is no room beside it, what can be done stands below. */}
        <Stack gap={3} flex="1 1 260px">
          <Group gap={8}>
            <Text size="sm" fw={600} c={scheme ? undefined : 'dimmed'}>
              {one.key}
            </Text>
            <Badge color="gray">{kind === 'mutualTLS' ? w.mutualTls : kind}</Badge>
            {!scheme && <Badge color="orange">{w.notYet}</Badge>}
          </Group>
          {one.description && (
            <Text size="sm" lineClamp={3}>
              {one.description}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {w.asks(one.operations)}. {one.reason && sentence(one.reason)}
          </Text>
        </Stack>
        {scheme && (
          <Group gap={6} flex="none">
            {mayJoin && (
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  form.join(scheme, one.credentials);
                }}
              >
                {w.useToo}
              </Button>
            )}
            <Button
              variant={isChosen ? 'light' : 'default'}
              size="xs"
              aria-pressed={isChosen}
              onClick={() => {
                if (!isChosen) form.suggest(scheme, one.credentials);
              }}
            >
              {isChosen ? w.used : w.use}
            </Button>
          </Group>
        )}
      </Group>
      {isChosen && tokenUrl && form.details.drafts.token_url !== tokenUrl && (
        <Stack gap={6} mt="sm" align="flex-start">
          <Text size="sm">{w.tokenUrl(tokenUrl)}</Text>
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              form.details.change({ ...form.details.drafts, token_url: tokenUrl });
            }}
          >
            {w.enterTokenUrl}
          </Button>
        </Stack>
      )}
    </Paper>
  );
}
