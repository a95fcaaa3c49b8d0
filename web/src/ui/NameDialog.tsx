import { useState } from 'react';
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { toProblem } from '../api/problem';
import { useWords } from '../lib/words';
import { Dialog } from './Dialog';
import { ProblemAlert } from './states';
import { words } from './words';

export interface NameAndDescription {
  name: string;
  description: string;
}

interface NameDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** The verb on the button. */
  submitLabel: string;
  /** What the description should say. */
  hint: string;
  initial?: NameAndDescription;
  onSubmit: (given: NameAndDescription) => Promise<unknown>;
}

/** Asks what something is called and what it is for. */
export function NameDialog(props: NameDialogProps) {
  return (
    <Dialog isOpen={props.isOpen} onClose={props.onClose} title={props.title}>
      <Form {...props} />
    </Dialog>
  );
}

function Form({ onClose, submitLabel, hint, initial, onSubmit }: NameDialogProps) {
  const w = useWords(words);
  const [name, setName] = useState(initial?.name ?? '');
  const [description, setDescription] = useState(initial?.description ?? '');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const onName = error ? toProblem(error).byField.get('name') : undefined;

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await onSubmit({ name: name.trim(), description: description.trim() });
      onClose();
    } catch (raised) {
      setError(raised);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack>
        <TextInput
          label={w.name}
          required
          maxLength={120}
          data-autofocus
          value={name}
          error={onName}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Textarea
          label={w.description}
          description={hint}
          autosize
          minRows={2}
          maxLength={2000}
          value={description}
          onChange={(event) => {
            setDescription(event.currentTarget.value);
          }}
        />
        {!onName && <ProblemAlert error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {w.cancel}
          </Button>
          <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
