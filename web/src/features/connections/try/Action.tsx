import { useMemo, useState } from 'react';
import { Stack } from '@mantine/core';
import { api, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { CallForm } from '../../../ui/call/CallForm';
import { ConfirmCall } from '../../../ui/call/ConfirmCall';
import { useArguments, type Arguments } from '../../../ui/call/useArguments';
import { EffectBadge } from '../../../ui/EffectBadge';
import { isGrave, type GraveEffect } from '../../../ui/effects';
import { readFields } from '../../../ui/schema/fields';
import { Answer } from './Answer';
import { words } from './words';

interface ActionProps {
  action: Schemas['ConnectorAction'];
  connectionId: string;
  connectionName: string;
}

/** A call that waits for a yes. */
interface Asked {
  args: Arguments;
  effect: GraveEffect;
}

/** The arguments of one action, as its schema says, and what came of the call. */
export function Action({ action, connectionId, connectionName }: ActionProps) {
  const w = useWords(words);
  const input = useArguments(useMemo(() => readFields(action.arguments), [action]));
  const [asked, setAsked] = useState<Asked | null>(null);
  const make = api.useMutation('post', '/api/calls', { onSettled: () => refresh(`/api/connections`) });
  const weigh = api.useMutation('post', '/api/calls/weighings');
  const call = (args: Arguments) =>
    make.mutateAsync({ body: { connection: connectionId, action: action.key, arguments: args, idempotency_key: null } });
  /** What a call does may depend on its arguments: the server says it, and it is asked about what can't be undone. */
  const submit = async () => {
    const args = input.read();
    if (args === null) return;
    const { effect } = action.depends_on_arguments
      ? await weigh.mutateAsync({ body: { connection: connectionId, action: action.key, arguments: args } })
      : action;
    if (isGrave(effect)) setAsked({ args, effect });
    else await call(args);
  };

  return (
    <Stack gap="md">
      <CallForm
        title={action.title}
        description={action.description}
        badge={<EffectBadge effect={action.effect} note={action.depends_on_arguments ? w.lighter : undefined} />}
        effect={action.effect}
        input={input}
        error={weigh.error ?? make.error}
        isBusy={weigh.isPending || make.isPending}
        isAgain={make.data !== undefined}
        // What went wrong is shown in the form, where it can be corrected.
        onSubmit={() => void submit().catch(() => undefined)}
      />
      {make.data && <Answer done={make.data} />}
      <ConfirmCall
        title={action.title}
        where={connectionName}
        effect={asked?.effect ?? null}
        onClose={() => {
          setAsked(null);
        }}
        onConfirm={async () => {
          // What went wrong is shown in the form, where it can be corrected.
          if (asked) await call(asked.args).catch(() => undefined);
        }}
      />
    </Stack>
  );
}
