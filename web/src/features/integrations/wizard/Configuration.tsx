import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { Panel } from '../../../ui/Panel';
import { SchemaForm } from '../../../ui/schema/SchemaForm';
import { problemsOf } from '../../../ui/schema/values';
import { DocumentInput } from '../document/DocumentInput';
import { Report } from '../document/Report';
import type { StepProps } from './steps';
import { words } from './words';

/** The document, and where the system is (O2): the servers that it names are suggestions. */
export function Configuration({ draft, byField, isTried }: StepProps) {
  const w = useWords(words);
  const { found: reading } = draft.document;
  const { details } = draft.form;
  const isMissing = isTried && draft.document.text.trim() === '';
  return (
    <Stack gap="lg">
      <Panel title={w.document} description={w.documentText}>
        <Stack gap="md">
          <DocumentInput document={draft.document} error={byField.get('document') ?? (isMissing ? w.needDocument : undefined)} />
          {reading && <Report reading={reading} />}
        </Stack>
      </Panel>
      <Panel title={w.endpoint} description={w.endpointText}>
        <Stack gap="md">
          {reading && reading.servers.length > 0 && (
            <Stack gap={6}>
              <Text size="sm" c="dimmed">
                {w.serversText}
              </Text>
              {reading.servers.map(({ url, endpoint, description, reason }) => (
                <Group key={url} gap="sm" wrap="nowrap">
                  <div>
                    <Code>{endpoint ?? url}</Code>
                    {(description || reason) && (
                      <Text size="xs" c="dimmed">
                        {description || sentence(reason)}
                      </Text>
                    )}
                  </div>
                  {endpoint && details.drafts.endpoint !== endpoint && (
                    <Button
                      variant="default"
                      size="compact-xs"
                      flex="none"
                      onClick={() => {
                        details.change({ ...details.drafts, endpoint });
                      }}
                    >
                      {w.take}
                    </Button>
                  )}
                </Group>
              ))}
            </Stack>
          )}
          <SchemaForm
            fields={details.fields.filter(({ name }) => name === 'endpoint')}
            drafts={details.drafts}
            onChange={details.change}
            mistakes={isTried && details.drafts.endpoint === '' ? new Map([['endpoint', 'required' as const]]) : details.mistakes}
            problems={problemsOf(byField, 'details')}
          />
        </Stack>
      </Panel>
    </Stack>
  );
}
