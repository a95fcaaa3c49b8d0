import { useState, type ReactNode } from 'react';
import { Button, Group, Stack } from '@mantine/core';
import { toProblem } from '../api/problem';
import { useWords } from '../lib/words';
import { Dialog } from './Dialog';
import { ProblemAlert } from './states';
import { words } from './words';

const NOTHING: ReadonlyMap<string, string> = new Map();

interface FormDialogProps {
  onClose: () => void;
  title: string;
  /** The verb on the button. */
  submitLabel: string;
  isReady?: boolean;
  onSubmit: () => Promise<unknown>;
  /** What was done leaves something to be read: the dialog stays open. */
  staysOpen?: boolean;
  /** Shows what is wrong with each of its fields there. */
  children: ReactNode | ((problems: ReadonlyMap<string, string>) => ReactNode);
  /** The fields that do, by the API's names. */
  fields?: readonly string[];
}

/** A form in a dialog: mounted while it is open, and open with the reason when it was refused. */
export function FormDialog({ onClose, title, submitLabel, isReady = true, onSubmit, staysOpen, children, fields = [] }: FormDialogProps) {
  const w = useWords(words);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const problems = error === null ? NOTHING : toProblem(error).byField;
  const isShown = problems.size > 0 && [...problems.keys()].every((field) => fields.includes(field));

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
      if (!staysOpen) onClose();
    } catch (raised) {
      setError(raised);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog onClose={onClose} title={title}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack>
          {typeof children === 'function' ? children(problems) : children}
          {!isShown && <ProblemAlert error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {w.cancel}
            </Button>
            <Button type="submit" loading={isBusy} disabled={!isReady}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
