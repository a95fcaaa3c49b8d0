import { Accordion, Badge, Code, Group, List, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { words } from './words';

const MOST = 50;

type Read = Pick<
  Schemas['DocumentReading'],
  'title' | 'api_version' | 'specification' | 'understood' | 'operations' | 'skipped' | 'warnings'
>;

/** What was understood of a document, and of what was not, where and why (O2). */
export function Report({ reading }: { reading: Read }) {
  const w = useWords(words);
  return (
    <Stack gap="xs" role="status">
      <Text size="sm" fw={600}>
        {reading.title} <Text span c="dimmed" size="sm">{reading.api_version} · OpenAPI {reading.specification}</Text>
      </Text>
      <Group gap="xs">
        <Badge color={reading.understood > 0 ? 'teal' : 'red'}>{w.understood(reading.understood, reading.operations)}</Badge>
        {reading.skipped.length > 0 && <Badge color="orange">{w.skipped(reading.skipped.length)}</Badge>}
        {reading.warnings.length > 0 && <Badge color="gray">{w.warnings(reading.warnings.length)}</Badge>}
      </Group>
      {reading.skipped.length + reading.warnings.length > 0 && (
        <Accordion variant="separated" multiple defaultValue={['skipped']}>
          {reading.skipped.length > 0 && (
            <Remarks value="skipped" title={w.skipped(reading.skipped.length)} text={w.skippedText} remarks={reading.skipped} />
          )}
          {reading.warnings.length > 0 && (
            <Remarks value="warnings" title={w.warnings(reading.warnings.length)} remarks={reading.warnings} />
          )}
        </Accordion>
      )}
    </Stack>
  );
}

interface RemarksProps {
  value: string;
  title: string;
  text?: string;
  remarks: Schemas['Remark'][];
}

function Remarks({ value, title, text, remarks }: RemarksProps) {
  const w = useWords(words);
  return (
    <Accordion.Item value={value}>
      <Accordion.Control>
        <Text size="sm">{title}</Text>
      </Accordion.Control>
      <Accordion.Panel>
        {text && (
          <Text size="sm" c="dimmed" mb="xs">
            {text}
          </Text>
        )}
        <List size="sm" spacing="xs" listStyleType="none" withPadding={false}>
          {remarks.slice(0, MOST).map((one, place) => (
            <List.Item key={place}>
              {one.operation && <Code mr={6}>{one.operation}</Code>}
              {sentence(one.reason)}
              <Text size="xs" c="dimmed" component="div">
                {one.line !== null && `${w.place(one.line, one.column)} · `}
                {one.pointer}
              </Text>
            </List.Item>
          ))}
        </List>
        {remarks.length > MOST && (
          <Text size="sm" c="dimmed" mt="xs">
            {w.more(remarks.length - MOST)}
          </Text>
        )}
      </Accordion.Panel>
    </Accordion.Item>
  );
}
