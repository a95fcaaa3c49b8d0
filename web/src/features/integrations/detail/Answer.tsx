import type { ReactNode } from 'react';
import { Alert, Badge, Button, Code, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Facts } from '../../../ui/Facts';
import { Panel } from '../../../ui/Panel';
import { words } from './words';

/** What the system answered: status, headers, body and how long it took. */
export function Answer({ done, next }: { done: Schemas['MethodCallResult']; next?: ReactNode }) {
  const w = useWords(words);
  const { result } = done;
  const headers = Object.entries(result.headers);
  return (
    <Panel
      title={w.response}
      description={w.took(Math.round(done.duration_ms), done.attempts)}
      actions={
        <Group gap={6}>
          {result.checked !== 'not_checked' && (
            <Badge color={result.checked === 'fits' ? 'teal' : 'orange'}>{w[result.checked]}</Badge>
          )}
          <Badge color={result.status < 300 ? 'teal' : 'orange'}>{`${w.status} ${result.status}`}</Badge>
        </Group>
      }
    >
      <Stack gap="md" role="status">
        {done.secret_reflected && <Alert color="orange">{w.reflected}</Alert>}
        {result.warnings.map((warning) => (
          <Alert key={warning} color="yellow" variant="light">
            {warning}
          </Alert>
        ))}
        {result.truncated && <Alert color="yellow">{w.truncated}</Alert>}
        <div>
          <Text size="xs" c="dimmed" fw={550} mb={4}>
            {w.body}
          </Text>
          <Body result={result} />
        </div>
        {result.page && (
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {result.page.count !== null && w.onPage(result.page.count)} {result.page.next ? w.moreFollows : w.lastPage}
            </Text>
            {result.page.next && next}
          </Group>
        )}
        {result.limits && <Limits limits={result.limits} />}
        {headers.length > 0 && (
          <div>
            <Text size="xs" c="dimmed" fw={550} mb={4}>
              {w.headers}
            </Text>
            <Facts rows={headers.map(([name, value]) => [name, value])} />
          </div>
        )}
      </Stack>
    </Panel>
  );
}

/** What the system says of how often it may be called. */
function Limits({ limits }: { limits: Schemas['AnswerLimits'] }) {
  const w = useWords(words);
  const { remaining, limit, reset_after: reset, retry_after: retry } = limits;
  const said = [
    remaining !== null && w.remaining(remaining, limit),
    reset !== null && w.resetAfter(Math.ceil(reset)),
    retry !== null && w.retryAfter(Math.ceil(retry)),
  ].filter((one) => one !== false);
  return (
    <Text size="sm" c="dimmed">
      {said.join(' ')}
    </Text>
  );
}

function Body({ result }: { result: Schemas['MethodAnswer'] }) {
  const w = useWords(words);
  if (result.file) {
    const { name, media_type: type = '', base64 } = result.file;
    return (
      <Group gap="sm">
        <Text size="sm">{w.file(name, type)}</Text>
        <Button
          component="a"
          // Never opened in the page: a browser saves what is named so.
          href={`data:application/octet-stream;base64,${base64}`}
          download={name}
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {w.download}
        </Button>
      </Group>
    );
  }
  const text = result.text ?? (result.body === null || result.body === undefined ? '' : JSON.stringify(result.body, null, 2));
  if (text === '') {
    return (
      <Text size="sm" c="dimmed">
        {w.noBody}
      </Text>
    );
  }
  return (
    <ScrollArea.Autosize mah={520} viewportProps={{ tabIndex: 0 }}>
      <Code block>{text}</Code>
    </ScrollArea.Autosize>
  );
}
