import { useMemo, useState } from 'react';
import { Button, Group, JsonInput, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { Dialog } from '../../../ui/Dialog';
import { notifyDone } from '../../../ui/notify';
import { readFields } from '../../../ui/schema/fields';
import { SchemaForm } from '../../../ui/schema/SchemaForm';
import { draftsOf, problemsOf, toSend, type Drafts, type Mistake } from '../../../ui/schema/values';
import { ProblemAlert } from '../../../ui/states';
import { words as ui } from '../../../ui/words';
import { objectOf } from '../../../lib/json';
import { words } from './words';

/** Starts a run by hand: with the form of the published version, or with any JSON object where it has none (P5). */
export function StartDialog({ process, onClose }: { process: Schemas['Process']; onClose: () => void }) {
  const w = useWords(words);
  const wu = useWords(ui);
  const navigate = useNavigate();
  const { form } = process;
  const fields = useMemo(() => (form === null ? null : readFields(form)), [form]);
  const [drafts, setDrafts] = useState<Drafts>(() => draftsOf(fields ?? []));
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, Mistake>>(new Map());
  const [json, setJson] = useState('{}');
  const [isWrong, setWrong] = useState(false);
  // Pressed twice, or sent again by a browser that lost the answer: it is one run.
  const [key] = useState(() => crypto.randomUUID());
  const start = api.useMutation('post', '/api/processes/{process}/runs', {
    onSuccess: async (run) => {
      onClose();
      notifyDone(w.started);
      await navigate({ to: '/runs/$runId', params: { runId: run.id } });
      await refresh('/api/runs');
    },
  });
  const byField = start.error ? problemsOf(toProblem(start.error).byField, 'input') : undefined;
  const isShownAtField = fields?.some(({ name }) => byField?.has(name)) ?? false;

  const submit = () => {
    const sent = fields && toSend(fields, drafts);
    setMistakes(sent?.mistakes ?? new Map());
    const input = sent ? sent.values : objectOf(json);
    setWrong(input === null);
    if (input === null || (sent && sent.mistakes.size > 0)) return;
    start.mutate({ params: { path: { process: process.id }, header: { 'Idempotency-Key': key } }, body: { input } });
  };

  return (
    <Dialog onClose={onClose} title={w.title(process.name)}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          {process.published !== null && (
            <Text size="sm" c="dimmed">
              {w.version(process.published)}
            </Text>
          )}
          {fields ? (
            <SchemaForm fields={fields} drafts={drafts} onChange={setDrafts} mistakes={mistakes} problems={byField} />
          ) : (
            <JsonInput
              label={w.input}
              description={w.inputText}
              value={json}
              onChange={setJson}
              error={isWrong ? w.notObject : undefined}
              autosize
              minRows={4}
              maxRows={16}
              data-autofocus
            />
          )}
          {!isShownAtField && <ProblemAlert error={start.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {wu.cancel}
            </Button>
            <Button type="submit" loading={start.isPending}>
              {w.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
