import type { ReactNode } from 'react';
import { Alert, Button, Group, JsonInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { Schemas } from '../../api/client';
import { toProblem } from '../../api/problem';
import { useWords } from '../../lib/words';
import { FormProblem } from '../connection/form/FormProblem';
import { Panel } from '../Panel';
import { SchemaForm } from '../schema/SchemaForm';
import { problemsOf } from '../schema/values';
import type { ArgumentsInput } from './useArguments';
import { words } from './words';

/** How many fields are shown at first. */
const SHOWN = 6;

interface CallFormProps {
  /** What is called. */
  title: string;
  description: string | undefined;
  badge: ReactNode;
  effect: Schemas['Effect'];
  input: ArgumentsInput;
  error: unknown;
  isBusy: boolean;
  /** It has been called before. */
  isAgain: boolean;
  onSubmit: () => void;
  /** Beside the button that calls it. */
  otherButtons?: ReactNode;
}

/** The arguments of a call, and what was wrong with them. */
export function CallForm({ title, description, badge, effect, input, error, isBusy, isAgain, onSubmit, otherButtons }: CallFormProps) {
  const w = useWords(words);
  const isForm = input.json === null;
  const problem = error === null ? null : toProblem(error);
  return (
    <Panel title={title} description={description} actions={badge}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack gap="md">
          {input.fields.length === 0 ? (
            <Text size="sm" c="dimmed">
              {w.noArguments}
            </Text>
          ) : (
            <SegmentedControl
              size="xs"
              aria-label={w.argumentsAs}
              style={{ alignSelf: 'flex-start' }}
              value={isForm ? 'form' : 'json'}
              onChange={input.turn}
              data={[
                { value: 'form', label: w.form },
                { value: 'json', label: w.json },
              ]}
            />
          )}
          {input.json === null ? (
            <SchemaForm
              fields={input.fields}
              drafts={input.drafts}
              onChange={input.setDrafts}
              mistakes={input.mistakes}
              problems={problem ? problemsOf(problem.byField, 'arguments') : undefined}
              fold={(_, place) => place >= SHOWN}
            />
          ) : (
            <JsonInput
              label={w.arguments}
              value={input.json}
              onChange={input.setJson}
              error={input.jsonIsWrong ? w.notJson : undefined}
              autosize
              minRows={6}
              maxRows={20}
            />
          )}
          <FormProblem error={error} shown={isForm ? ['arguments.'] : []} />
          {problem?.kind === 'outcome_unknown' && <Alert color="orange">{w.unknownOutcome}</Alert>}
          <Group justify="flex-end" gap="xs">
            {otherButtons}
            <Button
              type="submit"
              color={effect === 'destructive' ? 'red' : undefined}
              variant={effect === 'destructive' ? 'outline' : 'filled'}
              loading={isBusy}
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
            >
              {isAgain ? w.again : w.call}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
