import { Checkbox, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';

interface AcceptProps {
  text: Schemas['Responsibilities'] | undefined;
  /** Why it is asked for again. */
  why: string;
  isAccepted: boolean;
  onChange: (isAccepted: boolean) => void;
  error?: string;
}

/** The responsibilities in a dialog; the box is never ticked by itself (O3). */
export function Accept({ text, why, isAccepted, onChange, error }: AcceptProps) {
  return (
    <Stack gap="xs">
      <Text size="sm" fw={550}>
        {why}
      </Text>
      <Stack gap={4} component="ul" m={0} pl="md">
        {text?.points.map((point) => (
          <Text key={point} size="sm" c="dimmed" component="li">
            {point}
          </Text>
        ))}
      </Stack>
      <Checkbox
        label={text?.statement}
        checked={isAccepted}
        error={error}
        onChange={(event) => {
          onChange(event.currentTarget.checked);
        }}
      />
    </Stack>
  );
}
