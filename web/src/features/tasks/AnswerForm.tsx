import { useMemo, useState } from 'react';
import { Button, Group, Stack } from '@mantine/core';
import { ifMatch, type Schemas } from '../../api/client';
import { toProblem } from '../../api/problem';
import { useWords } from '../../lib/words';
import { Panel } from '../../ui/Panel';
import { readFields } from '../../ui/schema/fields';
import { SchemaForm } from '../../ui/schema/SchemaForm';
import { draftsOf, problemsOf, toSend, type Drafts, type Mistake } from '../../ui/schema/values';
import { ProblemAlert } from '../../ui/states';
import { useDecide } from './decide';
import { words } from './words';

/** The form of a task, filled in and sent. */
export function AnswerForm({ task }: { task: Schemas['Task'] }) {
  const w = useWords(words);
  const fields = useMemo(() => readFields(task.form ?? {}), [task.form]);
  const [drafts, setDrafts] = useState<Drafts>(() => draftsOf(fields));
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, Mistake>>(new Map());
  const decide = useDecide();
  const problems = decide.error ? problemsOf(toProblem(decide.error).byField, 'values') : undefined;
  const isShownAtField = fields.some(({ name }) => problems?.has(name));

  const submit = () => {
    const sent = toSend(fields, drafts);
    setMistakes(sent.mistakes);
    if (sent.mistakes.size > 0) return;
    decide.mutate({
      params: { path: { task_id: task.id }, header: ifMatch(task.version) },
      body: { decision: 'answered', values: sent.values },
    });
  };

  return (
    <Panel title={w.yourAnswer} description={w.formText}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          <SchemaForm fields={fields} drafts={drafts} onChange={setDrafts} mistakes={mistakes} problems={problems} />
          {!isShownAtField && <ProblemAlert error={decide.error} />}
          <Group>
            <Button type="submit" loading={decide.isPending}>
              {w.send}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
