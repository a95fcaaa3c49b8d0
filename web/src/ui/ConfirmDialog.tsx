import { useState, type ReactNode } from 'react';
import { Button, Group, List, Stack, TextInput } from '@mantine/core';
import { useWords } from '../lib/words';
import { PlainDialog } from './PlainDialog';
import { ProblemAlert } from './states';
import { words } from './words';

interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, one consequence a line, in numbers where there are any. */
  consequences: ReactNode[];
  /** The verb on the button: `Delete connection`, never `OK`. */
  confirmLabel: string;
  onConfirm: () => Promise<unknown>;
  /** What leaves everything as it is, where `Cancel` could be either. */
  cancelLabel?: string;
  color?: 'red' | 'petrol';
  /** To be typed before the button works; for what can't be undone. */
  typeToConfirm?: { label: string; text: string };
  children?: ReactNode;
}

/** Asks before something that can't simply be undone, and stays open with the reason when it was refused. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  // While it fades it says what it said: what it was about may be gone already.
  const [shown, setShown] = useState(props);
  if (props.isOpen && shown !== props) setShown(props);
  return (
    <PlainDialog isOpen={props.isOpen} onClose={props.onClose} title={shown.title}>
      <Body {...shown} />
    </PlainDialog>
  );
}

function Body({ onClose, consequences, confirmLabel, onConfirm, cancelLabel, color = 'red', typeToConfirm, children }: ConfirmDialogProps) {
  const w = useWords(words);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const isTyped = !typeToConfirm || typed.trim() === typeToConfirm.text.trim();

  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (raised) {
      setError(raised);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Stack gap="md">
      {consequences.length > 0 && (
        <List size="sm" spacing={6} withPadding={false}>
          {consequences.map((one, place) => (
            <List.Item key={place}>{one}</List.Item>
          ))}
        </List>
      )}
      {children}
      {typeToConfirm && (
        <TextInput
          label={typeToConfirm.label}
          placeholder={typeToConfirm.text}
          value={typed}
          data-autofocus
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
      )}
      <ProblemAlert error={error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {cancelLabel ?? w.cancel}
        </Button>
        <Button color={color} loading={isBusy} disabled={!isTyped} onClick={() => void confirm()}>
          {confirmLabel}
        </Button>
      </Group>
    </Stack>
  );
}
