/** What a page shows when it has nothing to show: loading, empty, failed, forbidden. */

import type { ReactNode } from 'react';
import { Alert, Anchor, Button, Center, Code, Group, Skeleton, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { toProblem, type ApiProblem } from '../api/problem';
import { sentence } from '../lib/sentence';
import { useWords } from '../lib/words';
import { words } from './words';

export function Loading({ rows = 6 }: { rows?: number }) {
  const w = useWords(words);
  return (
    <Stack gap="sm" aria-busy="true">
      <VisuallyHidden role="status">{w.loading}</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={row === 0 ? 18 : 40} width={row === 0 ? '40%' : '100%'} radius="sm" />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <Center py={56}>
      <Stack align="center" gap="xs" maw={440} ta="center">
        <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={2} mt="xs">
          {title}
        </Title>
        {children && (
          <Text c="dimmed" size="sm" component="div">
            {children}
          </Text>
        )}
        {action && <Group mt="sm">{action}</Group>}
      </Stack>
    </Center>
  );
}

/** Instead of what could not be read: who may not see it learns why, everybody else may try again. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const w = useWords(words);
  const problem = toProblem(error);
  if (problem.kind === 'forbidden') {
    return (
      <Empty icon={<IconLock size={24} />} title={w.refused}>
        <ProblemText problem={problem} />
      </Empty>
    );
  }
  if (problem.kind === 'not_found') {
    return (
      <Empty
        icon={<IconPlugConnectedX size={24} />}
        title={w.notFound}
        action={
          <Button component="a" href="/" variant="default">
            {w.home}
          </Button>
        }
      >
        {w.notFoundText}
      </Empty>
    );
  }
  if (problem.kind === 'unauthenticated') {
    const back = window.location.pathname + window.location.search;
    return (
      <Empty
        icon={<IconLock size={24} />}
        title={w.signedOut}
        action={
          // A new load: nothing that the one before could see stays.
          <Button component="a" href={`/sign-in?to=${encodeURIComponent(back)}`}>
            {w.signIn}
          </Button>
        }
      />
    );
  }
  const retry = onRetry && (
    <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
      {w.tryAgain}
    </Button>
  );
  return (
    <Empty icon={<IconAlertTriangle size={24} />} title={w.failed} action={retry}>
      {problem.kind === 'unreachable' ? w.away : <ProblemText problem={problem} />}
    </Empty>
  );
}

/** Beside what could not be done; nothing when `error` is null. */
export function ProblemAlert({ error, title }: { error: unknown; title?: string }) {
  const w = useWords(words);
  if (error === null || error === undefined) return null;
  const problem = toProblem(error);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={problem.isSignedOut ? w.signedOut : (title ?? w.failed)}
      role="alert"
    >
      {problem.isSignedOut ? <SignInBeside /> : <ProblemText problem={problem} />}
    </Alert>
  );
}

/** To be signed in again without leaving what one has filled in. */
function SignInBeside() {
  const w = useWords(words);
  return (
    <Stack gap={6} align="flex-start">
      <span>{w.signedOutText}</span>
      <Anchor href="/sign-in" target="_blank" size="sm" c="inherit" underline="always">
        {w.signInBeside}
      </Anchor>
    </Stack>
  );
}

function ProblemText({ problem }: { problem: ApiProblem }) {
  const w = useWords(words);
  return (
    <Stack gap={6}>
      <span>{problem.kind === 'unreachable' ? w.unreachable : sentence(problem.detail)}</span>
      {problem.whoCanChange && (
        <Text size="xs" c="dimmed" component="span">
          {w.whoCanChange}: {problem.whoCanChange}
          {problem.rule && ` · ${w.rule} ${problem.rule}`}
        </Text>
      )}
      {problem.kind === 'unexpected' && problem.requestId && (
        <Text size="xs" c="dimmed" component="span">
          {w.requestId} <Code>{problem.requestId}</Code>
        </Text>
      )}
    </Stack>
  );
}
