import { Avatar, Tooltip, VisuallyHidden } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { listed } from '../../../lib/words';
import { Portrait } from '../../../ui/Portrait';

/** Who administers a connection, as small pictures; the names on hover and for readers aloud. */
export function People({ people }: { people: Schemas['Named'][] }) {
  const names = listed(people.map(({ name }) => name));
  const shown = people.slice(0, 3);
  const rest = people.length - shown.length;
  return (
    <Tooltip label={names}>
      <span>
        <Avatar.Group spacing={5} aria-hidden>
          {shown.map((one) => (
            <Portrait key={one.id} name={one.name} size={26} />
          ))}
          {rest > 0 && (
            <Avatar size={26} radius="xl">
              +{rest}
            </Avatar>
          )}
        </Avatar.Group>
        <VisuallyHidden>{names}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}
