import { useEffect, useState } from 'react';
import { Alert, Anchor, Center, Group, Paper, SimpleGrid, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client';
import { exampleOptions, switchTo, type ExamplePerson } from '../../api/example';
import { useWords } from '../../lib/words';
import { Portrait } from '../../ui/Portrait';
import { ProblemAlert } from '../../ui/states';
import { CodeForm } from './CodeForm';
import { PasswordForm } from './PasswordForm';
import classes from './SignInPage.module.css';
import { words } from './words';

/** The way in: by password, by one-time code, or as somebody of the example company. */
export function SignInPage() {
  const w = useWords(words);
  const navigate = useNavigate();
  const { to } = useSearch({ from: '/sign-in' });
  const { data: setup } = api.useQuery('get', '/api/setup', {}, { staleTime: Infinity });
  const { data: example } = useQuery(exampleOptions);
  const isFirst = setup?.first_sign_in_pending === true;
  const [chosen, setChosen] = useState<boolean | null>(null);
  // At the first start there is no password yet, and whoever came for the example needs neither.
  const withCode = chosen ?? (isFirst && example?.is_on === false);
  useEffect(() => {
    document.title = `${w.title} · Jackfield`;
  }, [w.title]);
  const enter = () => navigate({ href: to ?? '/', replace: true });

  return (
    <Center component="main" className={classes.screen}>
      <Stack gap="lg" w="100%" maw={440}>
        <Stack gap={6} align="center" ta="center">
          <img src="/icon.svg" width={52} height={52} alt="" />
          <Title order={1} mt="xs">
            Jackfield
          </Title>
          <Text c="dimmed" size="sm">
            {w.tagline}
          </Text>
        </Stack>
        <ExampleDoor onEnter={() => void enter()} />
        {isFirst && (
          <Alert color="petrol" variant="light" title={w.firstTitle} icon={<IconTerminal2 size={18} />}>
            {w.firstText}
          </Alert>
        )}
        <Paper p="xl">
          {withCode ? <CodeForm onEnter={() => void enter()} /> : <PasswordForm onEnter={() => void enter()} />}
        </Paper>
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="center"
          onClick={() => {
            setChosen(!withCode);
          }}
        >
          {withCode ? w.havePassword : w.haveCode}
        </Anchor>
      </Stack>
    </Center>
  );
}

function ExampleDoor({ onEnter }: { onEnter: () => void }) {
  const w = useWords(words);
  const { data: example } = useQuery(exampleOptions);
  const [error, setError] = useState<unknown>(null);
  if (!example?.is_on) return null;

  const become = async (person: ExamplePerson) => {
    try {
      await switchTo(person);
      onEnter();
    } catch (raised) {
      setError(raised);
    }
  };

  return (
    <Paper p="lg" component="section" aria-label={w.exampleTitle}>
      <Text fw={600}>{w.exampleTitle}</Text>
      <Text size="sm" c="dimmed" mb="md">
        {w.exampleText}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {example.people.map((person) => (
          <UnstyledButton key={person.id} className={classes.person} onClick={() => void become(person)}>
            <Group gap="sm" wrap="nowrap">
              <Portrait name={person.name} size={34} />
              <div>
                <Text size="sm" fw={550}>
                  {person.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {person.title}
                </Text>
              </div>
            </Group>
          </UnstyledButton>
        ))}
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt="md">
        {w.exampleNote}
      </Text>
      <ProblemAlert error={error} />
    </Paper>
  );
}
