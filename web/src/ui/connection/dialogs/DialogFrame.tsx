import type { ReactNode } from 'react';
import { Modal, Text } from '@mantine/core';

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
}

/** A dialog whose content begins anew each time it opens. */
export function DialogFrame({ isOpen, onClose, title, children }: DialogProps & { title: string; children: ReactNode }) {
  return (
    <Modal opened={isOpen} onClose={onClose} size="lg" title={<Text fw={620}>{title}</Text>} closeOnClickOutside={false}>
      {children}
    </Modal>
  );
}
