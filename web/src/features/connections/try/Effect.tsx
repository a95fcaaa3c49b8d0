import { Badge, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconEye, IconPencil, IconSend } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { words } from './words';

const LOOKS: Record<Schemas['Effect'], { color: string; icon: typeof IconEye }> = {
  read: { color: 'dimmed', icon: IconEye },
  write: { color: 'petrol-text', icon: IconPencil },
  destructive: { color: 'red-text', icon: IconAlertTriangle },
  sends_out: { color: 'orange-text', icon: IconSend },
};

/** What an action does to the other side (O6), in words and with a picture. */
export function Effect({ action }: { action: Schemas['ConnectorAction'] }) {
  const w = useWords(words);
  const { color, icon: Icon } = LOOKS[action.effect];
  return (
    <Tooltip label={[w[`${action.effect}Text`], action.depends_on_arguments && w.lighter].filter(Boolean).join(' ')}>
      <Badge variant="default" leftSection={<Icon size={12} aria-hidden color={`var(--mantine-color-${color})`} />}>
        {w[action.effect]}
      </Badge>
    </Tooltip>
  );
}
