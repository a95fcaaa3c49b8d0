import { Button, Group } from '@mantine/core';
import { useWords } from '../../../lib/words';
import { words as ui } from '../../words';

interface ButtonsProps {
  submit: string;
  isBusy: boolean;
  isReady?: boolean;
  onCancel: () => void;
}

/** Below the form of a dialog. */
export function Buttons({ submit, isBusy, isReady = true, onCancel }: ButtonsProps) {
  const w = useWords(ui);
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel}>
        {w.cancel}
      </Button>
      <Button type="submit" loading={isBusy} disabled={!isReady}>
        {submit}
      </Button>
    </Group>
  );
}
