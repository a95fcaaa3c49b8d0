import { useState, type DragEvent } from 'react';
import { Alert, Anchor, Button, Code, FileButton, Group, Loader, Paper, Stack, Text, Textarea } from '@mantine/core';
import { IconFileText, IconUpload } from '@tabler/icons-react';
import { toProblem } from '../../../api/problem';
import { useLanguage } from '../../../lib/language';
import { size } from '../../../lib/measures';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import classes from './Document.module.css';
import type { DocumentDraft } from './useDocument';
import { words } from './words';

const MOST_BYTES = 20 * 1024 * 1024;
const MOST_SHOWN = 100_000;
/** Characters; longer texts make a field slow to type in. */

interface DocumentInputProps {
  document: DocumentDraft<unknown>;
  error: string | undefined;
}

/** A document pasted, dropped or chosen; it is read as soon as it is there (O2). */
export function DocumentInput({ document, error }: DocumentInputProps) {
  const w = useWords(words);
  const { language } = useLanguage();
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();

  const take = async (file: File | null) => {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      setProblem(w.tooLarge);
      return;
    }
    try {
      setProblem(undefined);
      document.setText(await file.text(), file.name);
    } catch {
      setProblem(w.unreadable);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files.item(0));
  };

  if (document.text.length > MOST_SHOWN || document.fileName) {
    return (
      <Stack gap="sm">
        <Paper p="md">
          <Group justify="space-between" gap="sm">
            <Group gap="sm" wrap="nowrap">
              <IconFileText size={22} aria-hidden />
              <div>
                <Text size="sm" fw={550}>
                  {document.fileName || w.document}
                </Text>
                <Text size="xs" c="dimmed" className="tabular">
                  {size(document.text.length, language)}
                </Text>
              </div>
            </Group>
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                document.setText('');
              }}
            >
              {w.remove}
            </Button>
          </Group>
        </Paper>
        <State document={document} />
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      <div
        className={classes.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => {
          setOver(false);
        }}
        onDrop={drop}
      >
        <Textarea
          label={w.paste}
          required
          autosize
          minRows={8}
          maxRows={18}
          spellCheck={false}
          placeholder={'openapi: 3.1.0\ninfo:\n  title: …'}
          classNames={{ input: classes.code }}
          value={document.text}
          error={problem ?? error}
          onChange={(event) => {
            document.setText(event.currentTarget.value);
          }}
        />
        <Group gap={6} mt="xs">
          <IconUpload size={16} aria-hidden />
          <Text size="sm" c="dimmed">
            {w.drop}
          </Text>
          <FileButton accept=".json,.yaml,.yml,application/json,application/yaml,text/yaml" onChange={(file) => void take(file)}>
            {(props) => (
              <Anchor component="button" type="button" size="sm" {...props}>
                {w.chooseFile}
              </Anchor>
            )}
          </FileButton>
        </Group>
      </div>
      <State document={document} />
    </Stack>
  );
}

/** That it is being read, or why it can't be. */
function State({ document }: { document: DocumentDraft<unknown> }) {
  const w = useWords(words);
  const { language } = useLanguage();
  if (document.isReading) {
    return (
      <Group gap="sm" role="status" wrap="nowrap">
        <Loader size="sm" aria-hidden />
        <div>
          <Text size="sm">{w.reading(size(document.text.length, language))}</Text>
          <Text size="xs" c="dimmed">
            {w.readingText}
          </Text>
        </div>
      </Group>
    );
  }
  if (document.error === null || document.error === undefined) return null;
  const problem = toProblem(document.error);
  const { line, column, pointer } = problem.extra;
  return (
    <Alert color="red" variant="light" role="alert" title={w.rejected}>
      <Stack gap={4}>
        <Text size="sm">{sentence(problem.detail)}</Text>
        {typeof line === 'number' && (
          <Text size="xs" c="dimmed">
            {w.place(line, typeof column === 'number' ? column : null)}
          </Text>
        )}
        {typeof pointer === 'string' && pointer !== '' && <Code>{pointer}</Code>}
      </Stack>
    </Alert>
  );
}
