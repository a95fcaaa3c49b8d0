import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { PlainDialog } from './PlainDialog';

interface DialogProps {
  /** Mounted only while it is open, if not said. */
  isOpen?: boolean;
  onClose: () => void;
  title: string;
  size?: 'lg' | 'xl';
  /** What it shows is shown this once: its own button alone closes it. */
  isOnce?: boolean;
  children: ReactNode;
}

/** A dialog in which something is filled in: from then on neither a stray click nor a key closes it. */
export function Dialog({ isOpen = true, onClose, title, size, isOnce = false, children }: DialogProps) {
  const [isBegun, setBegun] = useState(false);
  const isKept = isOnce || isBegun;
  return (
    <PlainDialog isOpen={isOpen} onClose={onClose} title={title} size={size} closesEasily={!isKept} withCloseButton={!isOnce}>
      <Content onBegun={setBegun}>{children}</Content>
    </PlainDialog>
  );
}

function Content({ onBegun, children }: { onBegun: (isBegun: boolean) => void; children: ReactNode }) {
  const begin = useCallback(() => {
    onBegun(true);
  }, [onBegun]);
  // The next time it opens nothing is filled in.
  useEffect(() => () => {
    onBegun(false);
  }, [onBegun]);
  return (
    <div
      onInput={begin}
      onClick={({ target }) => {
        // What is chosen from a list is no input.
        if (target instanceof Element && target.closest('[role=option]')) begin();
      }}
    >
      {children}
    </div>
  );
}
