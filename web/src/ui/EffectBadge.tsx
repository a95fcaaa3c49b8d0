import { Badge, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconEye, IconPencil, IconSend } from '@tabler/icons-react';
import type { Schemas } from '../api/client';
import { useWords } from '../lib/words';
import { effectWords } from './effectWords';

const LOOKS: Record<Schemas['Effect'], { color: string; icon: typeof IconEye }> = {
  read: { color: 'dimmed', icon: IconEye },
  write: { color: 'petrol-text', icon: IconPencil },
  destructive: { color: 'red-text', icon: IconAlertTriangle },
  sends_out: { color: 'orange-text', icon: IconSend },
};

interface EffectBadgeProps {
  effect: Schemas['Effect'];
  /** What else is to be known of it, as why it is so. */
  note?: string;
}

/** What a call does to the other side (O6), in words and with a picture. */
export function EffectBadge({ effect, note = '' }: EffectBadgeProps) {
  const w = useWords(effectWords);
  const { color, icon: Icon } = LOOKS[effect];
  return (
    <Tooltip label={`${w[`${effect}Text`]} ${note}`.trim()} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Badge variant="default" miw="max-content" leftSection={<Icon size={12} aria-hidden color={`var(--mantine-color-${color})`} />}>
        {w[effect]}
      </Badge>
    </Tooltip>
  );
}
