import { useMemo, useState } from 'react';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { currentZone } from '../../../lib/time';
import { useWords } from '../../../lib/words';
import { hasMeaning, readFields } from '../../../ui/schema/fields';
import { SchemaForm } from '../../../ui/schema/SchemaForm';
import { draftsOf, problemsOf, toSend, type Drafts, type Mistake } from '../../../ui/schema/values';
import { ProblemAlert } from '../../../ui/states';
import { words as ui } from '../../../ui/words';
import { ConnectionSelect } from '../ConnectionSelect';
import { words } from './words';

export interface Filled {
  name: string;
  settings: Record<string, unknown>;
  connection: string | undefined;
}

interface TriggerFormProps {
  kind: Schemas['TriggerKindShown'];
  unitId: string;
  /** How it is set already. */
  trigger?: Schemas['Trigger'];
  submitLabel: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (filled: Filled) => void;
  onClose: () => void;
}

/** What is filled in for a trigger, as its kind declares it. */
export function TriggerForm({ kind, unitId, trigger, submitLabel, isBusy, error, onSubmit, onClose }: TriggerFormProps) {
  const w = useWords(words);
  const wu = useWords(ui);
  const fields = useMemo(() => readFields(kind.settings), [kind]);
  const [name, setName] = useState(trigger?.name ?? '');
  const [connection, setConnection] = useState(trigger?.connection?.id);
  const [drafts, setDrafts] = useState<Drafts>(() => draftsOf(fields, trigger?.settings ?? suggested(kind.key)));
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, Mistake>>(new Map());
  const needsConnection = kind.connectors.length > 0;
  const byField = error ? toProblem(error).byField : undefined;
  const problems = byField && problemsOf(byField, 'settings');
  const onName = byField?.get('name');
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const sent = toSend(fields, drafts);
        setMistakes(sent.mistakes);
        if (sent.mistakes.size === 0) onSubmit({ name: name.trim(), settings: sent.values, connection });
      }}
    >
      <Stack>
        <TextInput
          label={w.name}
          required
          maxLength={120}
          value={name}
          error={onName}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        {needsConnection && (
          <ConnectionSelect
            label={w.connection}
            none={w.noConnection}
            unitId={unitId}
            connectors={kind.connectors}
            value={connection}
            onChange={(chosen) => {
              setConnection(chosen?.id);
            }}
          />
        )}
        <SchemaForm fields={fields.filter((field) => hasMeaning(field, drafts))} drafts={drafts} onChange={setDrafts} mistakes={mistakes} problems={problems} fold={(_, place) => place >= 3} />
        {!onName && (problems?.size ?? 0) === 0 && <ProblemAlert error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {wu.cancel}
          </Button>
          <Button type="submit" loading={isBusy} disabled={name.trim() === '' || (needsConnection && connection === undefined)}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whoever makes a schedule thinks of the time on his own clock. */
function suggested(kind: Schemas['TriggerKindShown']['key']): Record<string, unknown> | undefined {
  return kind === 'schedule' ? { zone: currentZone() } : undefined;
}
