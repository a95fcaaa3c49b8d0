import { Radio, Select, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { SchemaForm } from '../../../ui/schema/SchemaForm';
import { problemsOf } from '../../../ui/schema/values';
import type { ConnectionForm } from './useConnectionForm';
import { words } from './words';

interface SignInFieldsProps {
  connector: Schemas['Connector'];
  form: ConnectionForm;
  byField: ReadonlyMap<string, string>;
}

/** The way to sign in, and its credentials; written, never read back (C2). */
export function SignInFields({ connector, form, byField }: SignInFieldsProps) {
  const w = useWords(words);
  const { credentials, scheme, chooseScheme, kept } = form;
  const several = connector.schemes.length > 1;
  return (
    <Stack gap="md">
      {several && connector.schemes.length <= 3 && (
        <Radio.Group label={w.scheme} value={scheme} onChange={chooseScheme} error={byField.get('scheme')}>
          <Stack gap={8} mt={6}>
            {connector.schemes.map(({ key, title }) => (
              <Radio key={key} value={key} label={title} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {several && connector.schemes.length > 3 && (
        <Select
          label={w.scheme}
          data={connector.schemes.map(({ key, title }) => ({ value: key, label: title }))}
          value={scheme}
          allowDeselect={false}
          error={byField.get('scheme')}
          onChange={(chosen) => {
            if (chosen) chooseScheme(chosen);
          }}
        />
      )}
      {credentials.fields.length === 0 ? (
        <Text size="sm" c="dimmed">
          {w.nothingToProve}
        </Text>
      ) : (
        <SchemaForm
          key={scheme}
          fields={credentials.fields}
          drafts={credentials.drafts}
          onChange={credentials.change}
          mistakes={credentials.mistakes}
          problems={problemsOf(byField, 'credentials')}
          kept={kept}
        />
      )}
    </Stack>
  );
}
