import { Badge, Tooltip } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { words } from './words';

type Row = Schemas['TriggerInList'];

const COLORS: Record<Row['state'], string> = { enabled: 'teal', paused: 'gray', held: 'orange' };

/** Whether it starts runs, and if not, why. */
export function TriggerStateBadge({ trigger }: { trigger: Row }) {
  const w = useWords(words);
  const badge = (
    <Badge variant="dot" radius="xl" color={COLORS[trigger.state]} miw="max-content">
      {w[trigger.state]}
    </Badge>
  );
  return trigger.reason ? <Tooltip label={sentence(trigger.reason)}>{badge}</Tooltip> : badge;
}
