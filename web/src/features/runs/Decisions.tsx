import { useState } from 'react';
import { JsonInput, Text } from '@mantine/core';
import { call, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import { words } from './words';

interface DecisionProps {
  runId: string;
  step: Schemas['RunStep'];
  onClose: () => void;
}

/** What trying again means is another thing where nobody knows whether it took effect. */
export function RetryDialog({ runId, step, onClose }: DecisionProps) {
  const w = useWords(words);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={w.retryTitle(step.name)}
      consequences={[...(step.status === 'unknown' ? [w.retryUnknown, w.retryLook] : [w.retryFailed]), w.retryOn]}
      confirmLabel={w.retry}
      color={step.status === 'unknown' ? 'red' : 'petrol'}
      onConfirm={async () => {
        await call.POST('/api/runs/{run_id}/steps/{n}/retry', { params: { path: { run_id: runId, n: step.n } } });
        await refresh('/api/runs');
        notifyDone(w.retried);
      }}
    />
  );
}

/** Goes on with a value that a person gives in place of the step's result (P3). */
export function SkipDialog({ runId, step, onClose }: DecisionProps) {
  const w = useWords(words);
  const [text, setText] = useState('{}');
  const value = parse(text);
  return (
    <FormDialog
      onClose={onClose}
      title={w.skipTitle(step.name)}
      submitLabel={w.skip}
      isReady={value !== undefined}
      onSubmit={async () => {
        await call.POST('/api/runs/{run_id}/steps/{n}/skip', { params: { path: { run_id: runId, n: step.n } }, body: { value } });
        await refresh('/api/runs');
        notifyDone(w.skipped);
      }}
    >
      <Text size="sm">{w.skipText}</Text>
      {step.status === 'unknown' && <Text size="sm">{w.skipUnknown}</Text>}
      <JsonInput
        label={w.value}
        description={w.valueText}
        value={text}
        onChange={setText}
        error={value === undefined ? w.notJson : undefined}
        autosize
        minRows={4}
        maxRows={16}
        data-autofocus
      />
    </FormDialog>
  );
}

/** Undefined: it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
