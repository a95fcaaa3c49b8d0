import type { ReactNode } from 'react';
import { Dialog } from '../../Dialog';

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
}

/** A dialog whose content begins anew each time it opens. */
export function DialogFrame({ isOpen, onClose, title, children }: DialogProps & { title: string; children: ReactNode }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} size="lg" title={title}>
      {children}
    </Dialog>
  );
}
