import { useState } from 'react';
import { Button, Group, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { call, ifMatch, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import { Panel } from '../../ui/Panel';
import { words } from './words';

const SUGGESTED_DAYS = 30;

/** How long the runs of a business unit are kept after their end (P7). */
export function KeptRuns({ unit, mayManage }: { unit: Schemas['BusinessUnit']; mayManage: boolean }) {
  const w = useWords(words);
  const [isOpen, dialog] = useDisclosure(false);
  const days = unit.runs_kept_days;
  return (
    <Panel title={w.keptRuns} description={w.keptRunsText}>
      <Group justify="space-between">
        <Text size="sm">{days === null ? w.keptByDefault : w.keptFor(days)}</Text>
        {mayManage && (
          <Button variant="default" size="xs" onClick={dialog.open}>
            {w.changeKept}
          </Button>
        )}
      </Group>
      {isOpen && <Change unit={unit} onClose={dialog.close} />}
    </Panel>
  );
}

function Change({ unit, onClose }: { unit: Schemas['BusinessUnit']; onClose: () => void }) {
  const w = useWords(words);
  const [isOwn, setOwn] = useState(unit.runs_kept_days !== null);
  const [days, setDays] = useState<number | string>(unit.runs_kept_days ?? SUGGESTED_DAYS);
  return (
    <FormDialog
      onClose={onClose}
      title={w.keptRuns}
      submitLabel={w.save}
      isReady={!isOwn || typeof days === 'number'}
      onSubmit={async () => {
        await call.PATCH('/api/business-units/{unit_id}', {
          params: { path: { unit_id: unit.id }, header: ifMatch(unit.version) },
          body: { runs_kept_days: isOwn && typeof days === 'number' ? days : null },
        });
        await refresh();
        notifyDone(w.saved);
      }}
    >
      <Radio.Group
        label={w.keptHow}
        value={isOwn ? 'own' : 'default'}
        onChange={(value) => {
          setOwn(value === 'own');
        }}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="default" label={w.keptByDefault} />
          <Radio value="own" label={w.keptOwn} />
        </Stack>
      </Radio.Group>
      {isOwn && (
        <NumberInput
          label={w.keptDays}
          description={w.keptShorter}
          min={1}
          max={3650}
          allowDecimal={false}
          value={days}
          onChange={setDays}
        />
      )}
    </FormDialog>
  );
}
