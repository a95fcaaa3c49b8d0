import { useMemo, useState, type ReactNode } from 'react';
import { Button, Code, Stack } from '@mantine/core';
import { api, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { CallForm } from '../../../ui/call/CallForm';
import { ConfirmCall } from '../../../ui/call/ConfirmCall';
import { useArguments, type Arguments } from '../../../ui/call/useArguments';
import { isGrave } from '../../../ui/effects';
import { Panel } from '../../../ui/Panel';
import { readFields } from '../../../ui/schema/fields';
import { Answer } from './Answer';
import { words } from './words';

interface CallProps {
  integration: Schemas['Integration'];
  method: Schemas['MethodDetails'];
  badge: ReactNode;
}

/** The arguments of a method, what would be sent, and what was answered. */
export function Call({ integration, method, badge }: CallProps) {
  const w = useWords(words);
  // Named as the API names them: that is what its own documentation speaks of.
  const fields = useMemo(() => readFields(method.arguments).map((field) => ({ ...field, label: field.name })), [method]);
  const input = useArguments(fields);
  const [asked, setAsked] = useState<Arguments | null>(null);
  const path = { integration: integration.id, method: method.name };
  const make = api.useMutation('post', '/api/integrations/{integration}/methods/{method}/calls', {
    onSettled: () => refresh('/api/connections'),
  });
  const prepare = api.useMutation('post', '/api/integrations/{integration}/methods/{method}/requests');
  const { effect } = method;

  const call = (args: Arguments) => {
    prepare.reset();
    make.mutate({ params: { path }, body: { arguments: args, idempotency_key: null } });
  };
  const submit = () => {
    const args = input.read();
    if (args === null) return;
    if (isGrave(effect)) setAsked(args);
    else call(args);
  };
  const show = () => {
    const args = input.read();
    if (args === null) return;
    make.reset();
    prepare.mutate({ params: { path }, body: { arguments: args } });
  };
  const following = make.data?.result.page?.next;
  /** The form shows what was asked, also for the pages that follow. */
  const goOn = () => {
    if (!following) return;
    input.fill(following);
    call(following);
  };

  return (
    <Stack gap="md">
      <CallForm
        title={method.label}
        description={method.summary || undefined}
        badge={badge}
        effect={effect}
        input={input}
        error={make.error ?? prepare.error}
        isBusy={make.isPending}
        isAgain={make.data !== undefined}
        onSubmit={submit}
        otherButtons={
          <Button variant="default" loading={prepare.isPending} onClick={show}>
            {w.showRequest}
          </Button>
        }
      />
      {prepare.data && <Request request={prepare.data} />}
      {make.data && (
        <Answer
          done={make.data}
          next={
            <Button variant="default" size="xs" loading={make.isPending} onClick={goOn}>
              {w.nextPage}
            </Button>
          }
        />
      )}
      <ConfirmCall
        title={method.label}
        where={integration.title}
        effect={asked !== null && isGrave(effect) ? effect : null}
        onClose={() => {
          setAsked(null);
        }}
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
