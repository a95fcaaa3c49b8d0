import { useMemo, useState } from 'react';
import { Alert, Button, Group, JsonInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { api, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { Panel } from '../../../ui/Panel';
import { readFields, type Field } from '../../../ui/schema/fields';
import { SchemaForm } from '../../../ui/schema/SchemaForm';
import { draftsOf, problemsOf, toSend, type Drafts, type Mistake } from '../../../ui/schema/values';
import { FormProblem } from '../../../ui/connection/form/FormProblem';
import { EffectBadge } from '../../../ui/EffectBadge';
import { Answer } from './Answer';
import { words } from './words';

interface CallFormProps {
  action: Schemas['ConnectorAction'];
  connectionId: string;
  connectionName: string;
}

/** A call that waits for a yes. */
interface Asked {
  args: Record<string, unknown>;
  effect: Schemas['Effect'];
}

/** The arguments of one action, as its schema says, and what came of the call. */
export function CallForm({ action, connectionId, connectionName }: CallFormProps) {
  const w = useWords(words);
  const fields = useMemo(() => readFields(action.arguments), [action]);
  const [drafts, setDrafts] = useState<Drafts>(() => draftsOf(fields));
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, Mistake>>(new Map());
  const [json, setJson] = useState<string | null>(null);
  const [jsonIsWrong, setJsonIsWrong] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const make = api.useMutation('post', '/api/calls', { onSettled: () => refresh(`/api/connections`) });
  const weigh = api.useMutation('post', '/api/calls/weighings');
  const error = weigh.error ?? make.error;
  const problem = error === null ? null : toProblem(error);

  const read = (): Record<string, unknown> | null => {
    if (json !== null) {
      const parsed = parseObject(json);
      setJsonIsWrong(parsed === null);
      return parsed;
    }
    const sent = toSend(fields, drafts);
    setMistakes(sent.mistakes);
    return sent.mistakes.size > 0 ? null : sent.values;
  };
  const call = (args: Record<string, unknown>) =>
    make.mutateAsync({ body: { connection: connectionId, action: action.key, arguments: args, idempotency_key: null } });
  /** What a call does may depend on its arguments: the server says it, and it is asked about what can't be undone. */
  const submit = async () => {
    const args = read();
    if (args === null) return;
    make.reset();
    const { effect } = action.depends_on_arguments
      ? await weigh.mutateAsync({ body: { connection: connectionId, action: action.key, arguments: args } })
      : action;
    if (effect === 'destructive' || effect === 'sends_out') setAsked({ args, effect });
    else await call(args);
  };
  const turn = (to: string) => {
    if (to === 'json') setJson(JSON.stringify(toSend(fields, drafts).values, null, 2));
    else {
      setDrafts(draftsOf(fields, parseObject(json ?? '') ?? {}));
      setJson(null);
    }
  };

  return (
    <Stack gap="md">
      <Panel
        title={action.title}
        description={action.description}
        actions={<EffectBadge effect={action.effect} note={action.depends_on_arguments ? w.lighter : undefined} />}
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            // What went wrong is shown in the form, where it can be corrected.
            void submit().catch(() => undefined);
          }}
        >
          <Stack gap="md">
            {fields.length === 0 && (
              <Text size="sm" c="dimmed">
                {w.noArguments}
              </Text>
            )}
            {fields.length > 0 && (
              <SegmentedControl
                size="xs"
                aria-label={w.argumentsAs}
                style={{ alignSelf: 'flex-start' }}
                value={json === null ? 'form' : 'json'}
                onChange={turn}
                data={[
                  { value: 'form', label: w.form },
                  { value: 'json', label: w.json },
                ]}
              />
            )}
            {json === null ? (
              <SchemaForm
                fields={fields}
                drafts={drafts}
                onChange={setDrafts}
                mistakes={mistakes}
                problems={problem ? problemsOf(problem.byField, 'arguments') : undefined}
                fold={isBeyondTheFirst}
              />
            ) : (
              <JsonInput
                label={w.argumentsJson}
                value={json}
                onChange={setJson}
                error={jsonIsWrong ? w.notJson : undefined}
                autosize
                minRows={6}
                maxRows={20}
              />
            )}
            <FormProblem error={error} shown={json === null ? ['arguments.'] : []} />
            {problem?.kind === 'outcome_unknown' && <Alert color="orange">{w.unknownOutcome}</Alert>}
            <Group justify="flex-end">
              <Button
                type="submit"
                color={action.effect === 'destructive' ? 'red' : undefined}
                variant={action.effect === 'destructive' ? 'outline' : 'filled'}
                loading={weigh.isPending || make.isPending}
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
              >
                {make.data ? w.again : w.call}
              </Button>
            </Group>
          </Stack>
        </form>
      </Panel>
      {make.data && <Answer done={make.data} />}
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => {
          setAsked(null);
        }}
        title={w.confirmTitle(action.title)}
        consequences={[
          w.confirmWhere(connectionName),
          asked?.effect === 'sends_out' ? w.confirmSends : w.confirmDestructive,
          w.confirmRecord,
        ]}
        confirmLabel={w.call}
        onConfirm={async () => {
          // What went wrong is shown in the form, where it can be corrected.
          if (asked) await call(asked.args).catch(() => undefined);
        }}
      />
    </Stack>
  );
}

function isBeyondTheFirst(_: Field, place: number): boolean {
  return place >= 6;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
