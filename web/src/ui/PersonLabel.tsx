import { Badge, Group, Text } from '@mantine/core';
import { useWords } from '../lib/words';
import { Portrait } from './Portrait';
import { words } from './words';

interface PersonLabelProps {
  name: string;
  /** Tells two of the same name apart. */
  hint?: string;
  isActive?: boolean;
}

/** A person in a list. */
export function PersonLabel({ name, hint, isActive = true }: PersonLabelProps) {
  const w = useWords(words);
  return (
    <Group gap="sm" wrap="nowrap" component="span">
      <Portrait name={name} color={isActive ? 'petrol' : 'gray'} size={30} />
      <span>
        <Text size="sm" fw={550} span display="block">
          {name}
        </Text>
        {hint && (
          <Text size="xs" c="dimmed" fw={400} span display="block">
            {hint}
          </Text>
        )}
      </span>
      {!isActive && <Badge color="gray">{w.deactivated}</Badge>}
    </Group>
  );
}
