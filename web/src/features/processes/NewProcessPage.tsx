import { useRef, useState } from 'react';
import { Button, Card, Group, NumberInput, Radio, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useUnits } from '../../api/choices';
import { api, refresh, type Schemas } from '../../api/client';
import { reaches, reachesAny, useMe } from '../../api/me';
import { toProblem } from '../../api/problem';
import { useWords } from '../../lib/words';
import { LeaveGuard } from '../../ui/LeaveGuard';
import { Page } from '../../ui/Page';
import { Empty, ProblemAlert } from '../../ui/states';
import { ActionSelect, METHODS_OF } from './action/ActionSelect';
import { skeletonOf } from './action/definition';
import { schemaOf } from './action/schemaOf';
import { ConnectionSelect } from './ConnectionSelect';
import { words } from './create/words';
import { words as shared } from './words';

type Connection = Schemas['PickableConnection'];

/** A name, a business unit, and a small definition to begin with (P1, P4). */
export function NewProcessPage() {
  const w = useWords(words);
  const ws = useWords(shared);
  const { create_processes: reach } = useMe().may;
  const crumbs = [{ label: ws.processes, to: '/processes' }];
  if (!reachesAny(reach)) {
    return (
      <Page title={w.title} crumbs={crumbs}>
        <Empty
          icon={<IconLock size={24} />}
          title={w.mayNot}
          action={
            <Button component={Link} to="/processes" variant="default">
              {w.toProcesses}
            </Button>
          }
        >
          {w.mayNotText}
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={w.title} crumbs={crumbs} description={w.description} width="narrow">
      <Form />
    </Page>
  );
}

function Form() {
  const w = useWords(words);
  const navigate = useNavigate();
  const { create_processes: reach } = useMe().may;
  const units = (useUnits().data?.items ?? []).filter(({ id }) => reaches(reach, id));
  const [chosenUnit, setUnit] = useState<string>();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const templates = api.useQuery('get', '/api/process-templates');
  const offered = templates.data?.items ?? [];
  const [key, setKey] = useState<string>();
  const [toCall, setToCall] = useState<Connection>();
  const [action, setAction] = useState<string>();
  const [toTell, setToTell] = useState<Connection>();
  const [attempts, setAttempts] = useState(3);
  const [seconds, setSeconds] = useState(10);
  // The last is the one that says most of what there is.
  const template = offered.find((one) => one.key === key) ?? offered.at(-1);
  const takes = (what: string) => template?.takes.includes(what) ?? false;
  const unit = chosenUnit ?? units[0]?.id;
  const isMade = useRef(false);
  const create = api.useMutation('post', '/api/processes', {
    onSuccess: async (made) => {
      isMade.current = true;
      await refresh('/api/processes');
      void navigate({ to: '/processes/$processId/{-$tab}', params: { processId: made.id, tab: 'definition' } });
    },
  });
  const fill = api.useMutation('post', '/api/process-templates/{template}/definitions');
  const submit = async (into: string, from: string) => {
    const first = toCall && action ? await firstCall(toCall.id, action) : {};
    const call = toCall && { connector: toCall.connector, connection: toCall.name, ...first };
    const tell = toTell && { connector: toTell.connector, connection: toTell.name };
    const { definition } = await fill.mutateAsync({
      params: { path: { template: from } },
      body: { ...(call && { call }), ...(tell && { tell }), attempts, seconds },
    });
    create.mutate({ body: { business_unit_id: into, name: name.trim(), description: description.trim(), definition } });
  };
  const onName = create.error ? toProblem(create.error).byField.get('name') : undefined;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // What goes wrong stands below the form.
        if (unit !== undefined && template) submit(unit, template.key).catch(() => undefined);
      }}
    >
      <Stack gap="lg">
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
        {units.length > 1 && (
          <Select
            label={w.unit}
            description={w.unitText}
            data={units.map(({ id, name: label }) => ({ value: id, label }))}
            value={unit ?? null}
            allowDeselect={false}
            onChange={(chosen) => {
              setUnit(chosen ?? undefined);
              setToCall(undefined);
              setToTell(undefined);
            }}
          />
        )}
        <Textarea
          label={w.purpose}
          description={w.purposeText}
          autosize
          minRows={2}
          maxLength={2000}
          value={description}
          onChange={(event) => {
            setDescription(event.currentTarget.value);
          }}
        />
        <Radio.Group label={w.begin} value={template?.key ?? null} onChange={setKey}>
          <Stack gap="xs" mt="xs">
            {offered.map((one) => (
              <Card key={one.key} padding="sm" component="label">
                <Radio value={one.key} label={<Text fw={550} size="sm">{one.title}</Text>} description={one.description} />
              </Card>
            ))}
          </Stack>
        </Radio.Group>
        {takes('call') && unit && (
          <ConnectionSelect
            label={w.connection}
            placeholder={w.choose}
            none={w.noConnection}
            unitId={unit}
            value={toCall?.id}
            onChange={(chosen) => {
              setToCall(chosen);
              setAction(undefined);
            }}
          />
        )}
        {takes('call') && toCall?.connector === METHODS_OF && (
          <ActionSelect key={toCall.id} connection={toCall} value={action} onChange={setAction} />
        )}
        {takes('attempts') && (
          <Group grow align="flex-start">
            <Whole label={w.attempts} description={w.attemptsText} value={attempts} most={100} onChange={setAttempts} />
            <Whole label={w.seconds} description={w.secondsText} least={1} value={seconds} most={86_400} onChange={setSeconds} />
          </Group>
        )}
        {takes('tell') && unit && (
          <ConnectionSelect
            label={w.tell}
            description={w.tellText}
            placeholder={w.choose}
            none={w.noConnection}
            unitId={unit}
            connectors={template?.tell_with ?? []}
            value={toTell?.id}
            onChange={setToTell}
          />
        )}
        <LeaveGuard loses={() => (name !== '' || description !== '') && !isMade.current} />
        {!onName && <ProblemAlert error={templates.error ?? fill.error ?? create.error} />}
        <Group justify="flex-end" gap="xs">
          <Button component={Link} to="/processes" variant="default">
            {w.cancel}
          </Button>
          <Button type="submit" loading={fill.isPending || create.isPending} disabled={name.trim() === '' || unit === undefined || !template}>
            {w.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface WholeProps {
  label: string;
  description: string;
  value: number;
  least?: number;
  most: number;
  onChange: (value: number) => void;
}

function Whole({ least = 0, most, value, onChange, ...rest }: WholeProps) {
  return (
    <NumberInput
      {...rest}
      min={least}
      max={most}
      clampBehavior="strict"
      allowDecimal={false}
      value={value}
      onChange={(typed) => {
        onChange(Number(typed) || least);
      }}
    />
  );
}

/** A method with what it requires; should that not be known now, it is written into the definition later. */
async function firstCall(connectionId: string, action: string) {
  const schema = await schemaOf(connectionId, action).catch(() => undefined);
  return { action: action.slice(action.indexOf('.') + 1), arguments: skeletonOf(schema) };
}
