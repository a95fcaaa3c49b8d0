import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../ConfirmDialog';
import type { GraveEffect } from '../effects';
import { words } from './words';

interface ConfirmCallProps {
  /** What is called. */
  title: string;
  /** The system where it happens. */
  where: string;
  /** Null while nothing is asked. */
  effect: GraveEffect | null;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

export function ConfirmCall({ title, where, effect, onConfirm, onClose }: ConfirmCallProps) {
  const w = useWords(words);
  return (
    <ConfirmDialog
      isOpen={effect !== null}
      onClose={onClose}
      title={w.confirmTitle(title)}
      consequences={[w.confirmWhere(where), ...(effect === null ? [] : [w[effect]]), w.confirmRecord]}
      confirmLabel={w.call}
      onConfirm={onConfirm}
    />
  );
}
