import { useBlocker } from '@tanstack/react-router';
import { useWords } from '../lib/words';
import { ConfirmDialog } from './ConfirmDialog';
import { words } from './words';

interface LeaveGuardProps {
  /** Whether there is something to lose, when one goes to that address. */
  loses: (to: Address, from: Address) => boolean;
  title?: string;
  text?: string;
  confirmLabel?: string;
}

export interface Address {
  pathname: string;
  search: object;
}

const HERE: Address = { pathname: '', search: {} };

/** Asks before one leaves what one has filled in: by a link, by the browser's way back, or by closing it. */
export function LeaveGuard({ loses, title, text, confirmLabel }: LeaveGuardProps) {
  const w = useWords(words);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => loses(next, current),
    enableBeforeUnload: () => loses(HERE, HERE),
    withResolver: true,
  });
  return (
    <ConfirmDialog
      isOpen={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={title ?? w.leaveTitle}
      consequences={[text ?? w.leaveText]}
      confirmLabel={confirmLabel ?? w.leave}
      onConfirm={() => {
        blocker.proceed?.();
        return Promise.resolve();
      }}
    />
  );
}
