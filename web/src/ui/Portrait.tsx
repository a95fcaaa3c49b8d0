import { Avatar } from '@mantine/core';
import { initials } from '../lib/initials';

interface PortraitProps {
  name: string;
  size: number;
  color?: 'petrol' | 'gray';
}

/** A person's initials in a circle, beside the name: nothing that is read aloud. */
export function Portrait({ name, size, color = 'petrol' }: PortraitProps) {
  return (
    <Avatar color={color} size={size} radius="xl" aria-hidden component="span">
      {initials(name)}
    </Avatar>
  );
}
