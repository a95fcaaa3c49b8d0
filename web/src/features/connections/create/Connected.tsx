import { Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Facts } from '../../../ui/Facts';
import classes from './Gallery.module.css';
import { words } from './words';

/** It worked: which account the other side takes us for, and what one may do now. */
export function Connected({ connection, onAnother }: { connection: Schemas['Connection']; onAnother: () => void }) {
  const w = useWords(words);
  const { details } = connection;
  return (
    <Stack gap="lg">
      <Card component="section" aria-live="polite">
        <Group gap="md" mb="md" wrap="nowrap">
          <ThemeIcon color="teal" size={40} radius="xl" variant="light" aria-hidden>
            <IconCheck size={22} />
          </ThemeIcon>
          <Stack gap={2}>
            <Title order={2}>{w.connected(connection.name)}</Title>
            <Text size="sm" c="dimmed">
              {w.fixedNow}
            </Text>
          </Stack>
        </Group>
        <Facts
          rows={[
            [w.connectedAs, details?.remote?.account],
            [w.system, details?.remote?.system],
            [w.origin, details?.origin],
          ]}
        />
      </Card>
      <Title order={3}>{w.next}</Title>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        <Next to={`/connections/${connection.id}`} title={w.open} text={w.openText} />
        <Next to={`/connections/${connection.id}/try`} title={w.tryAction} text={w.tryActionText} />
        <Next to="/connections/new" title={w.another} text={w.anotherText} onClick={onAnother} />
      </SimpleGrid>
    </Stack>
  );
}

interface NextProps {
  to: string;
  title: string;
  text: string;
  onClick?: () => void;
}

function Next({ to, title, text, onClick }: NextProps) {
  return (
    <Link to={to} className={classes.next} onClick={onClick}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
    </Link>
  );
}
