import { useState } from 'react';
import { Text } from '@mantine/core';
import { call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { PersonSelect } from '../../../ui/connection/PersonSelect';
import { FormDialog } from '../../../ui/FormDialog';
import { notifyDone } from '../../../ui/notify';
import type { Choice } from '../../../ui/Picker';
import { words } from './words';

/** Gives it to another member of its business unit, who is told. */
export function HandOverDialog({ process, onClose }: { process: Schemas['Process']; onClose: () => void }) {
  const w = useWords(words);
  const [owner, setOwner] = useState<Choice | null>(null);
  return (
    <FormDialog
      onClose={onClose}
      title={w.handOverTitle}
      submitLabel={w.handOver}
      isReady={owner !== null}
      onSubmit={async () => {
        if (!owner) return;
        await call.PUT('/api/processes/{process}/owner', {
          params: { path: { process: process.id }, header: ifMatch(process.version) },
          body: { person_id: owner.id },
        });
        await refresh('/api/processes');
        notifyDone(w.handedOver);
      }}
    >
      <Text size="sm">{w.handOverText}</Text>
      <PersonSelect label={w.newOwner} value={owner} onChange={setOwner} unitId={process.business_unit.id} />
    </FormDialog>
  );
}
