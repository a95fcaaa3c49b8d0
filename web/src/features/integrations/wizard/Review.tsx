import { Anchor, Group, List, Stack, Text } from '@mantine/core';
import { listed, useWords } from '../../../lib/words';
import { Panel } from '../../../ui/Panel';
import { ProblemAlert } from '../../../ui/states';
import type { Trial } from '../check/useTrial';
import { words as checkWords } from '../check/words';
import { asksFirst, isWriting } from '../methods/grants';
import type { Step, StepProps } from './steps';
import { words } from './words';

interface ReviewProps extends StepProps {
  unitName: string;
  error: unknown;
  onStep: (step: Step) => void;
}

/** What will happen, in numbers, before it does. */
export function Review({ draft, unitName, error, onStep }: ReviewProps) {
  const w = useWords(words);
  const wc = useWords(checkWords);
  const endpoint = textIn(draft.form.details.drafts.endpoint);
  const tokenUrl = textIn(draft.form.details.drafts.token_url);
  const { found: reading } = draft.document;
  const granted = draft.lines.filter(({ grant }) => grant);
  const asking = granted.filter(asksFirst);
  const loose = granted.filter((line) => isWriting(line.method) && !asksFirst(line));
  const parts: [Step, (string | false)[]][] = [
    ['general', [w.willConnect(unitName), w.willAdmin, w.willGroups(listed(draft.groups.map(({ name }) => name)))]],
    ['configuration', [reading !== null && w.willRead(reading.title, reading.understood, reading.operations)]],
    ['responsibilities', [w.willRecord]],
    ['signIn', [
      draft.form.scheme === 'none' ? w.willSendNothing(endpoint) : w.willSend(endpoint),
      tokenUrl !== '' && w.willToken(tokenUrl),
      triedWords(draft.trial, wc),
    ]],
    ['rights', [
      granted.length > 0 ? w.willGrant(granted.length, draft.lines.length) : w.willGrantNothing(draft.lines.length),
      asking.length > 0 && w.willAsk(asking.length),
      loose.length > 0 && w.willWrite(loose.length),
    ]],
  ];
  return (
    <Panel title={draft.title} description={w.reviewText}>
      <Stack gap="lg">
        {parts.map(([step, lines]) => (
          <div key={step}>
            <Group justify="space-between" mb={4}>
              <Text size="sm" fw={600}>
                {w[step]}
              </Text>
              <Anchor
                component="button"
                type="button"
                size="sm"
                aria-label={`${w.change}: ${w[step]}`}
                onClick={() => {
                  onStep(step);
                }}
              >
                {w.change}
              </Anchor>
            </Group>
            <List size="sm" spacing={4}>
              {lines.filter(Boolean).map((line) => (
                <List.Item key={String(line)}>{line}</List.Item>
              ))}
            </List>
          </div>
        ))}
        <ProblemAlert error={error} />
      </Stack>
    </Panel>
  );
}

function triedWords({ result, isStale }: Trial, w: ReturnType<typeof useWords<typeof checkWords.en>>): string {
  if (!result || isStale) return w.reviewNot;
  if (!result.connected) return w.reviewFails;
  return result.reach_only ? w.reviewReaches : w.reviewWorks(result.account);
}

function textIn(entered: unknown): string {
  return typeof entered === 'string' ? entered : '';
}
