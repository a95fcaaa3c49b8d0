import { Group, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useLanguage } from '../../lib/language';
import { useWords } from '../../lib/words';
import { Panel } from '../../ui/Panel';
import { words } from './words';

export function LookPanel() {
  const w = useWords(words);
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title={w.look} description={w.lookText}>
      <Group gap="xl">
        <Stack gap={6}>
          <Text size="sm" fw={500}>
            {w.appearance}
          </Text>
          <SegmentedControl
            aria-label={w.appearance}
            value={colorScheme}
            onChange={(value) => {
              setColorScheme(value);
            }}
            data={[
              { value: 'light', label: w.light },
              { value: 'dark', label: w.dark },
              { value: 'auto', label: w.auto },
            ]}
          />
        </Stack>
        <Stack gap={6}>
          <Text size="sm" fw={500}>
            {w.language}
          </Text>
          <SegmentedControl
            aria-label={w.language}
            value={language}
            onChange={(value) => {
              choose(value);
            }}
            data={[
              { value: 'en', label: 'English' },
              { value: 'de', label: 'Deutsch' },
            ]}
          />
        </Stack>
      </Group>
    </Panel>
  );
}
