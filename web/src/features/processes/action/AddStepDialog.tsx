import { useState } from 'react';
import { Select, Text, TextInput } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { FormDialog } from '../../../ui/FormDialog';
import { ConnectionSelect } from '../ConnectionSelect';
import { ActionSelect } from './ActionSelect';
import { namesIn, placesIn, skeletonOf, withStep } from './definition';
import { schemaOf } from './schemaOf';
import { words } from './words';

interface AddStepDialogProps {
  unitId: string;
  definition: Record<string, unknown>;
  onAdd: (definition: Record<string, unknown>) => void;
  onClose: () => void;
}

const AT_START = '\u0000start';

/** Chooses a connection and what to do with it, and puts a step that does it into the definition. */
export function AddStepDialog({ unitId, definition, onAdd, onClose }: AddStepDialogProps) {
  const w = useWords(words);
  const places = placesIn(definition);
  const [connection, setConnection] = useState<Schemas['PickableConnection']>();
  const [action, setAction] = useState<string>();
  const [typed, setName] = useState<string>();
  const [place, setPlace] = useState(places.at(-1) ?? AT_START);
  const taken = new Set(namesIn(definition));
  const name = typed ?? suggested(action, taken);
  const isTaken = taken.has(name.trim());
  return (
    <FormDialog
      onClose={onClose}
      title={w.title}
      submitLabel={w.insert}
      isReady={connection !== undefined && action !== undefined && name.trim() !== '' && !isTaken}
      onSubmit={async () => {
        if (!connection || action === undefined) return;
        const args = skeletonOf(await schemaOf(connection.id, action));
        const step = { name: name.trim(), action, connection: connection.name, args };
        onAdd(withStep(definition, step, place === AT_START ? null : place));
      }}
    >
      <Text size="sm" c="dimmed">
        {w.text}
      </Text>
      <ConnectionSelect
        label={w.connection}
        none={w.noConnection}
        unitId={unitId}
        value={connection?.id}
        onChange={(chosen) => {
          setConnection(chosen);
          setAction(undefined);
        }}
      />
      {connection && <ActionSelect key={connection.id} connection={connection} value={action} onChange={setAction} />}
      <TextInput
        label={w.name}
        maxLength={80}
        value={name}
        error={isTaken ? w.nameTaken : undefined}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <Select
        label={w.place}
        data={[{ value: AT_START, label: w.atStart }, ...places.map((one) => ({ value: one, label: w.after(one) }))]}
        value={place}
        allowDeselect={false}
        onChange={(chosen) => {
          if (chosen !== null) setPlace(chosen);
        }}
      />
    </FormDialog>
  );
}

/** After what it does, and told apart from what is there. */
function suggested(action: string | undefined, taken: ReadonlySet<string>): string {
  if (action === undefined) return '';
  const base = action.slice(action.indexOf('.') + 1);
  const plain = base.charAt(0).toLocaleUpperCase() + base.slice(1);
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? plain : `${plain} ${n}`;
    if (!taken.has(name)) return name;
  }
}
