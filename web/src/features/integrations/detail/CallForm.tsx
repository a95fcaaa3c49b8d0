import { useMemo, useState, type ReactNode } from 'react';
import { Alert, Button, Code, Group, JsonInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { api, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { FormProblem } from '../../../ui/connection/form/FormProblem';
import { effectWords } from '../../../ui/effectWords';
import { Panel } from '../../../ui/Panel';
import { readFields } from '../../../ui/schema/fields';
import { SchemaForm } from '../../../ui/schema/SchemaForm';
import { draftsOf, problemsOf, toSend, type Drafts, type Mistake } from '../../../ui/schema/values';
import { Answer } from './Answer';
import { words } from './words';

interface CallFormProps {
  integration: Schemas['Integration'];
  method: Schemas['MethodDetails'];
  badge: ReactNode;
}

/** The arguments of a method, what would be sent, and what was answered. */
export function CallForm({ integration, method, badge }: CallFormProps) {
  const w = useWords(words);
  const we = useWords(effectWords);
  // Named as the API names them: that is what its own documentation speaks of.
  const fields = useMemo(() => readFields(method.arguments).map((field) => ({ ...field, label: field.name })), [method]);
  const [drafts, setDrafts] = useState<Drafts>(() => draftsOf(fields));
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, Mistake>>(new Map());
  const [json, setJson] = useState<string | null>(null);
  const [jsonIsWrong, setJsonIsWrong] = useState(false);
  const [asked, setAsked] = useState<Record<string, unknown> | null>(null);
  const path = { integration: integration.id, method: method.name };
  const make = api.useMutation('post', '/api/integrations/{integration}/methods/{method}/calls', {
    onSettled: () => refresh('/api/connections'),
  });
  const prepare = api.useMutation('post', '/api/integrations/{integration}/methods/{method}/requests');
  const error = make.error ?? prepare.error;
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
  const call = (args: Record<string, unknown>) => {
    prepare.reset();
    make.mutate({ params: { path }, body: { arguments: args, idempotency_key: null } });
  };
  /** The form shows what was asked, also for the pages that follow. */
  const goOn = (args: Record<string, unknown>) => {
    if (json === null) setDrafts(draftsOf(fields, args));
    else setJson(JSON.stringify(args, null, 2));
    call(args);
  };
  const submit = () => {
    const args = read();
    if (args === null) return;
    if (method.effect === 'destructive' || method.effect === 'sends_out') setAsked(args);
    else call(args);
  };
  const show = () => {
    const args = read();
    if (args === null) return;
    make.reset();
    prepare.mutate({ params: { path }, body: { arguments: args } });
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
      <Panel title={method.label} description={method.summary || undefined} actions={badge}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <Stack gap="md">
            {fields.length === 0 ? (
              <Text size="sm" c="dimmed">
                {w.noArguments}
              </Text>
            ) : (
              <SegmentedControl
                size="xs"
                aria-label={w.argumentsAs}
                style={{ alignSelf: 'flex-start' }}
                value={json === null ? 'form' : 'json'}
                onChange={turn}
                data={[
                  { value: 'form', label: w.asForm },
                  { value: 'json', label: w.asJson },
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
                fold={(_, place) => place >= 6}
              />
            ) : (
              <JsonInput
                label={w.arguments}
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
            <Group justify="flex-end" gap="xs">
              <Button variant="default" loading={prepare.isPending} onClick={show}>
                {w.showRequest}
              </Button>
              <Button
                type="submit"
                color={method.effect === 'destructive' ? 'red' : undefined}
                variant={method.effect === 'destructive' ? 'outline' : 'filled'}
                loading={make.isPending}
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
              >
                {make.data ? w.again : w.call}
              </Button>
            </Group>
          </Stack>
        </form>
      </Panel>
      {prepare.data && <Request request={prepare.data} />}
      {make.data && (
        <Answer
          done={make.data}
          next={
            <Button
              variant="default"
              size="xs"
              loading={make.isPending}
              onClick={() => {
                const following = make.data.result.page?.next;
                if (following) goOn(following);
              }}
            >
              {w.nextPage}
            </Button>
          }
        />
      )}
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => {
          setAsked(null);
        }}
        title={w.confirmTitle(method.label)}
        consequences={[we[`${method.effect}Text`], w.confirmWhere(integration.title), w.confirmRecord]}
        confirmLabel={w.call}
        onConfirm={() => {
          if (asked) call(asked);
          return Promise.resolve();
        }}
      />
    </Stack>
  );
}

/** As it would leave, without what nobody is to see. */
function Request({ request }: { request: Schemas['MethodRequest'] }) {
  const w = useWords(words);
  const head = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const text = [`${request.verb} ${request.url}`, ...head, ...(request.body === null ? [] : ['', request.body])].join('\n');
  return (
    <Panel title={w.request} description={w.requestText}>
      <Code block role="status">
        {text}
      </Code>
    </Panel>
  );
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
