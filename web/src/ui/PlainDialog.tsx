import { useEffect, useState, type ReactNode } from 'react';
import { Modal, Text } from '@mantine/core';

interface PlainDialogProps {
  /** Mounted only while it is open, if not said. */
  isOpen?: boolean;
  onClose: () => void;
  title: string;
  size?: 'lg' | 'xl';
  /** Whether a click beside it and the key Escape close it. */
  closesEasily?: boolean;
  withCloseButton?: boolean;
  children: ReactNode;
}

/** The frame of every dialog. Where the focus was when it opened is where it is when it has closed. */
export function PlainDialog({ isOpen = true, onClose, title, size, closesEasily = true, withCloseButton, children }: PlainDialogProps) {
  return (
    <>
      {isOpen && <FocusReturn />}
      <Modal
        opened={isOpen}
        onClose={onClose}
        size={size}
        title={<Text fw={620}>{title}</Text>}
        closeOnClickOutside={closesEasily}
        closeOnEscape={closesEasily}
        withCloseButton={withCloseButton}
        // Mantine's own way knows neither dialogs that are mounted open nor menus that are gone meanwhile.
        returnFocus={false}
      >
        {children}
      </Modal>
    </>
  );
}

/** There while a dialog is open. */
function FocusReturn() {
  const [from] = useState(opener);
  useEffect(
    () => () => {
      const left = document.activeElement;
      setTimeout(() => {
        const now = document.activeElement;
        // What took the focus meanwhile keeps it: the next dialog, say.
        if (now === null || now === document.body || now === left) focusAgain(from);
      });
    },
    [from],
  );
  return null;
}

/** What a dialog is opened from; of an item of a menu, the menu's button: the item is gone with the menu. */
function opener(): HTMLElement | null {
  const button = document.activeElement?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  const from = button ? document.getElementById(button) : document.activeElement;
  return from instanceof HTMLElement ? from : null;
}

function focusAgain(from: HTMLElement | null) {
  from?.focus({ preventScroll: true });
  // It may be gone by what the dialog did.
  if (from === null || document.activeElement !== from) document.getElementById('main')?.focus({ preventScroll: true });
}
