import { Alert, Badge, Button, Code, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconPlugConnected } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Reason } from '../../../ui/connection/form/Reason';
import { ProblemAlert } from '../../../ui/states';
import type { Trial } from './useTrial';
import { words } from './words';

/** Signs in once with what is entered, and shows what came back; nothing is made (C1). */
export function TrySignIn({ trial }: { trial: Trial }) {
  const w = useWords(words);
  const { result, isBusy, isStale, error } = trial;
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button
          variant="default"
          loading={isBusy}
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          onClick={() => void trial.start()}
        >
          {result ? w.again : w.try}
        </Button>
        <Text size="sm" c="dimmed" flex={1} miw={200}>
          {isBusy ? w.trying : w.nothingMade}
        </Text>
      </Group>
      <ProblemAlert error={error} />
      <div aria-live="polite">
        {result && !isBusy && (
          <Stack gap="xs" opacity={isStale ? 0.6 : 1}>
            {isStale && <Text size="sm">{w.isStale}</Text>}
            {result.connected ? <Came result={result} /> : <Failed result={result} />}
          </Stack>
        )}
      </div>
    </Stack>
  );
}

function Came({ result: { reach_only: isReach, account, system, duration_ms: took, answer } }: { result: Schemas['ConnectionCheck'] }) {
  const w = useWords(words);
  const Icon = isReach ? IconAlertTriangle : IconCheck;
  const color = isReach ? 'orange' : 'teal';
  return (
    <Alert
      variant="default"
      icon={<Icon size={18} color={`var(--mantine-color-${color}-6)`} aria-hidden />}
      title={
        <Text size="sm" fw={600} c="var(--mantine-color-text)">
          {isReach ? w.reaches : w.works(account)}
        </Text>
      }
    >
      <Stack gap="xs">
        {isReach && <Text size="sm">{w.reachesText}</Text>}
        {answer && (
          <Group gap={8}>
            <Code>{answer.request}</Code>
            <Badge color={color}>{answer.status}</Badge>
            <Text size="xs" c="dimmed">
              {[w.took(took), answer.media_type, system].filter(Boolean).join(' · ')}
            </Text>
          </Group>
        )}
        {answer && !isReach && <Text size="xs" c="dimmed" fw={550}>{w.answer}</Text>}
        {answer && !isReach && (answer.text === '' ? <Text size="sm" c="dimmed">{w.noText}</Text> : <Shown text={answer.text} isWhole={answer.is_whole} />)}
      </Stack>
    </Alert>
  );
}

function Shown({ text, isWhole }: { text: string; isWhole: boolean }) {
  const w = useWords(words);
  return (
    <>
      <ScrollArea.Autosize mah={280} viewportProps={{ tabIndex: 0 }}>
        <Code block>{laidOut(text)}</Code>
      </ScrollArea.Autosize>
      {!isWhole && (
        <Text size="xs" c="dimmed">
          {w.cut}
        </Text>
      )}
    </>
  );
}

function Failed({ result: { reason, code, detail } }: { result: Schemas['ConnectionCheck'] }) {
  const w = useWords(words);
  return (
    <Reason title={w.fails} connection={{ reason, reason_code: code }}>
      {detail && (
        <div>
          <Text size="xs" c="dimmed" fw={550} mb={4}>
            {w.said}
          </Text>
          <Code block>{laidOut(detail)}</Code>
        </div>
      )}
    </Reason>
  );
}

/** JSON on several lines, where it is some and whole. */
function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
