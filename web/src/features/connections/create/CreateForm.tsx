import { useEffect, useState } from 'react';
import { Alert, Anchor, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { api, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { LeaveGuard } from '../../../ui/LeaveGuard';
import { Panel } from '../../../ui/Panel';
import { DetailsFields } from '../../../ui/connection/form/DetailsFields';
import { FormProblem } from '../../../ui/connection/form/FormProblem';
import { SignInFields } from '../../../ui/connection/form/SignInFields';
import { Testing } from '../../../ui/connection/form/Testing';
import { useConnectionForm } from '../../../ui/connection/form/useConnectionForm';
import { useFocusOnProblem } from '../../../ui/connection/form/useFocusOnProblem';
import { words as formWords } from '../../../ui/connection/form/words';
import { words as shared } from '../../../ui/connection/words';
import { Kept } from './Kept';
import { words } from './words';

interface CreateFormProps {
  connector: Schemas['Connector'];
  units: { id: string; name: string }[];
  unitId: string | undefined;
  onUnit: (unitId: string) => void;
  onConnected: (connection: Schemas['Connection']) => void;
}

/** Creating is testing (C1): what fails its test is kept, and corrected in the same form. */
export function CreateForm({ connector, units, unitId, onUnit, onConnected }: CreateFormProps) {
  const w = useWords(words);
  const ws = useWords(shared);
  const wf = useWords(formWords);
  const form = useConnectionForm(connector);
  const [name, setName] = useState('');
  const [kept, setKept] = useState<Schemas['Connection'] | null>(null);
  const create = api.useMutation('post', '/api/connections');
  const correct = api.useMutation('put', '/api/connections/{connection}/details');
  const test = api.useMutation('post', '/api/connections/{connection}/test');
  const isBusy = create.isPending || correct.isPending || test.isPending;
  const error: unknown = kept ? (correct.error ?? test.error) : create.error;
  const byField = error ? toProblem(error).byField : new Map<string, string>();
  const place = useFocusOnProblem(error);

  useEffect(() => {
    if (kept) place.current?.scrollIntoView({ block: 'start' });
  }, [kept, place]);

  const see = async (connection: Schemas['Connection']) => {
    await refresh('/api/connections');
    if (connection.state === 'connected') onConnected(connection);
    else setKept(connection);
  };
  const submit = () => {
    const filled = form.read();
    if (!filled || !unitId) return;
    const onSuccess = (connection: Schemas['Connection']) => void see(connection);
    test.reset();
    if (kept) {
      correct.mutate({ params: { path: { connection: kept.id } }, body: filled }, { onSuccess });
      return;
    }
    create.mutate({ body: { business_unit_id: unitId, name: name.trim(), connector: connector.key, ...filled } }, { onSuccess });
  };
  const testAgain = (connection: Schemas['Connection']) => {
    correct.reset();
    test.mutate({ params: { path: { connection: connection.id } } }, { onSuccess: (found) => void see(found) });
  };

  return (
    <form
      ref={place}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="lg">
        {kept && !isBusy && (
          <Kept
            connection={kept}
            onTestAgain={() => {
              testAgain(kept);
            }}
          />
        )}
        {!connector.is_on && (
          <Alert color="gray" title={w.isOff}>
            {w.whoTurnsOn(connector.who_can_change)}
          </Alert>
        )}
        <Panel title={w.belongs} description={w.belongsNote}>
          <Stack gap="md">
            <Select
              label={ws.unit}
              required
              data={units.map((one) => ({ value: one.id, label: one.name }))}
              value={unitId ?? null}
              allowDeselect={false}
              disabled={kept !== null}
              error={byField.get('business_unit_id')}
              onChange={(chosen) => {
                if (chosen) onUnit(chosen);
              }}
            />
            <TextInput
              label={ws.name}
              description={w.nameHint}
              placeholder={w.namePlaceholder}
              required
              maxLength={200}
              disabled={kept !== null}
              value={name}
              error={byField.get('name') ?? (byField.size === 0 && error ? nameProblem(error) : undefined)}
              onChange={(event) => {
                setName(event.currentTarget.value);
              }}
            />
          </Stack>
        </Panel>
        <Panel title={wf.details} description={wf.detailsNote}>
          <DetailsFields form={form} byField={byField} />
        </Panel>
        <Panel title={wf.credentials} description={wf.credentialsNote}>
          <SignInFields name={name} connector={connector} form={form} byField={byField} />
        </Panel>
        <LeaveGuard
          loses={({ pathname, search }, from) =>
            kept === null && (name !== '' || form.isTouched) && (pathname !== from.pathname || !isOf(search, connector.key))
          }
        />
        <FormProblem error={error} shown={['business_unit_id', 'name', 'details.', 'scheme', 'credentials.']} />
        {isBusy && <Testing />}
        <Group justify="space-between" gap="sm">
          <Anchor component={Link} to={kept ? `/connections/${kept.id}` : '/connections/new'} size="sm">
            {kept ? w.later : w.back}
          </Anchor>
          <Group gap="md">
            {!kept && (
              <Text size="xs" c="dimmed" maw={300} visibleFrom="xs">
                {w.submitNote}
              </Text>
            )}
            <Button type="submit" loading={isBusy} disabled={!connector.is_on || !unitId || name.trim() === ''}>
              {kept ? w.correct : w.submit}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** Another business unit is another address of the same form. */
function isOf(search: object, connector: string): boolean {
  return 'connector' in search && search.connector === connector;
}

/** A taken name is a conflict, which says nothing of fields. */
function nameProblem(error: unknown): string | undefined {
  const { code, detail } = toProblem(error);
  return code === 'connection.name_taken' ? detail : undefined;
}
