import { Badge, Tooltip } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { words } from './words';

type Outcome = Schemas['EntryOutcome'];

const COLORS: Record<Outcome, string> = { done: 'teal', refused: 'orange', failed: 'red', unknown: 'grape', open: 'gray' };

/** How an entry ended, in colour and in words. */
export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const w = useWords(words);
  const hint = { done: w.doneHint, refused: w.refusedHint, failed: w.failedHint, unknown: w.unknownHint, open: w.openHint }[outcome];
  return (
    <Tooltip label={hint} multiline maw={260}>
      <Badge color={COLORS[outcome]} variant="dot" radius="xl" tt="none">
        {w[outcome]}
      </Badge>
    </Tooltip>
  );
}
