import { Button, Group, Paper, Radio, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { SchemaForm } from '../../schema/SchemaForm';
import { problemsOf } from '../../schema/values';
import { UserNameForKeepers } from '../../UserNameForKeepers';
import { isOfPart, splitScheme } from './schemes';
import type { ConnectionForm } from './useConnectionForm';
import { words } from './words';

interface SignInFieldsProps {
  /** Of the connection: should a password keeper keep its secrets, it keeps them under this, and not as somebody's own. */
  name: string;
  connector: Schemas['Connector'];
  form: ConnectionForm;
  byField: ReadonlyMap<string, string>;
}

/** The way to sign in, or several at once, and the credentials; written, never read back (C2). */
export function SignInFields({ name, connector, form, byField }: SignInFieldsProps) {
  const w = useWords(words);
  const parts = splitScheme(form.scheme);
  const withFields = connector.schemes.filter(({ credentials }) => Object.keys(credentials.properties ?? {}).length > 0);
  const mayJoin = parts.length < connector.most_schemes && withFields.some(({ key }) => key === parts[0]);
  return (
    <Stack gap="md">
      <UserNameForKeepers name={name} />
      {parts.length === 1 ? (
        <>
          <Choice label={w.scheme} connector={connector} form={form} place={0} error={byField.get('scheme')} />
          <Fields form={form} byField={byField} />
        </>
      ) : (
        <>
          {parts.map((key, place) => (
            // A part is its place: the same way to sign in may be there twice.
            <Paper key={`${place} ${key}`} p="sm" component="section" aria-label={w.schemeNumber(place + 1)}>
              <Stack gap="md">
                <Group align="flex-end" wrap="nowrap" gap="xs">
                  <Choice
                    label={w.schemeNumber(place + 1)}
                    connector={{ ...connector, schemes: withFields }}
                    form={form}
                    place={place}
                    error={place === 0 ? byField.get('scheme') : undefined}
                  />
                  <Button
                    variant="subtle"
                    color="gray"
                    flex="none"
                    leftSection={<IconX size={16} aria-hidden />}
                    aria-label={w.leaveOut(place + 1)}
                    onClick={() => {
                      form.leaveOut(place);
                    }}
                  >
                    {w.remove}
                  </Button>
                </Group>
                <Fields form={form} byField={byField} place={place} />
              </Stack>
            </Paper>
          ))}
          {byField.has('credentials') && (
            <Text size="sm" c="red" role="alert">
              {byField.get('credentials')}
            </Text>
          )}
        </>
      )}
      {mayJoin && (
        <Stack gap={4} align="flex-start">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => {
              form.join(withFields[0]?.key ?? '');
            }}
          >
            {w.join}
          </Button>
          <Text size="xs" c="dimmed">
            {w.joinText}
          </Text>
        </Stack>
      )}
    </Stack>
  );
}

interface ChoiceProps extends Pick<SignInFieldsProps, 'connector' | 'form'> {
  label: string;
  place: number;
  error: string | undefined;
}

function Choice({ label, connector, form, place, error }: ChoiceProps) {
  const { schemes } = connector;
  const chosen = splitScheme(form.scheme)[place] ?? '';
  if (schemes.length <= 1) return null;
  if (schemes.length <= 3) {
    return (
      <Radio.Group
        label={label}
        value={chosen}
        error={error}
        onChange={(key) => {
          form.chooseScheme(key, place);
        }}
      >
        <Stack gap={8} mt={6}>
          {schemes.map(({ key, title }) => (
            <Radio key={key} value={key} label={title} />
          ))}
        </Stack>
      </Radio.Group>
    );
  }
  return (
    <Select
      flex={1}
      label={label}
      data={schemes.map(({ key, title }) => ({ value: key, label: title }))}
      value={chosen}
      allowDeselect={false}
      error={error}
      onChange={(key) => {
        if (key) form.chooseScheme(key, place);
      }}
    />
  );
}

function Fields({ form, byField, place }: Omit<SignInFieldsProps, 'name' | 'connector'> & { place?: number }) {
  const w = useWords(words);
  const { credentials, scheme, kept } = form;
  if (credentials.fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {w.nothingToProve}
      </Text>
    );
  }
  return (
    <SchemaForm
      key={scheme}
      fields={place === undefined ? credentials.fields : credentials.fields.filter(({ name }) => isOfPart(name, place))}
      drafts={credentials.drafts}
      onChange={credentials.change}
      mistakes={credentials.mistakes}
      problems={problemsOf(byField, 'credentials')}
      kept={kept}
    />
  );
}
