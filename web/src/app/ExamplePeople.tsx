import { Menu, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { exampleOptions, switchTo, type ExamplePerson } from '../api/example';
import type { Me } from '../api/me';
import { useWords } from '../lib/words';
import { words } from './words';

/** The people of the example company, to see the same page with their eyes; nothing where there is no example. */
export function ExamplePeople({ me }: { me: Me }) {
  const w = useWords(words);
  const { data: example } = useQuery(exampleOptions);
  if (!example?.is_on) return null;

  const become = async (person: ExamplePerson) => {
    await switchTo(person);
    // A new load: what is on the page knows the one before.
    window.location.reload();
  };

  return (
    <>
      <Menu.Label>
        {w.example}: {w.seeAs}
      </Menu.Label>
      {example.people.map((person) => (
        <Menu.Item
          key={person.id}
          rightSection={person.id === me.person_id && <IconCheck size={14} aria-hidden />}
          aria-current={person.id === me.person_id || undefined}
          closeMenuOnClick
          onClick={() => void become(person)}
        >
          <Text size="sm">{person.name}</Text>
          <Text size="xs" c="dimmed">
            {person.title}
          </Text>
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}
