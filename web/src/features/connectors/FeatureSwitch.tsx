import { Group, Stack, Switch, Text, Tooltip } from '@mantine/core';
import { useWords } from '../../lib/words';
import { words } from './words';

interface FeatureSwitchProps {
  label: string;
  isOn: boolean;
  /** What restricts it besides. */
  note?: string;
  /** Who could change it, for who may not. */
  whyNot?: string;
  onChange: (on: boolean) => void;
}

/** On or off, in words too; for who may not switch it, with who may. */
export function FeatureSwitch({ label, isOn, note, whyNot, onChange }: FeatureSwitchProps) {
  const w = useWords(words);
  return (
    <Stack gap={2}>
      <Tooltip label={whyNot} disabled={!whyNot} multiline maw={260}>
        <Group gap="xs" wrap="nowrap" w="fit-content">
          <Switch
            aria-label={label}
            checked={isOn}
            disabled={Boolean(whyNot)}
            onChange={(event) => {
              onChange(event.currentTarget.checked);
            }}
          />
          <Text size="sm" c={isOn ? undefined : 'dimmed'} aria-hidden>
            {isOn ? w.on : w.off}
          </Text>
        </Group>
      </Tooltip>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Stack>
  );
}
