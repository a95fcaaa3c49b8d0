import { Checkbox, List, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Panel } from '../../../ui/Panel';
import type { StepProps } from './steps';
import { words } from './words';

interface ResponsibilitiesProps extends StepProps {
  text: Schemas['Responsibilities'];
}

/** What must have been reviewed and understood; the box is never ticked by itself (O3). */
export function Responsibilities({ draft, text, isTried }: ResponsibilitiesProps) {
  const w = useWords(words);
  return (
    <Panel title={w.responsibilities} description={w.responsibilitiesText}>
      <Stack gap="lg">
        <List size="sm" spacing="sm" maw={680}>
          {text.points.map((point) => (
            <List.Item key={point}>{point}</List.Item>
          ))}
        </List>
        <Checkbox
          label={<Text size="sm" fw={550}>{text.statement}</Text>}
          checked={draft.isAccepted}
          error={isTried && !draft.isAccepted ? w.needAccept : undefined}
          onChange={(event) => {
            draft.setAccepted(event.currentTarget.checked);
          }}
        />
      </Stack>
    </Panel>
  );
}
