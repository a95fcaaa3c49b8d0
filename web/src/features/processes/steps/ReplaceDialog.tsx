import { useState } from 'react';
import { Text } from '@mantine/core';
import { call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { FormDialog } from '../../../ui/FormDialog';
import { notifyDone } from '../../../ui/notify';
import { ConnectionSelect } from '../ConnectionSelect';
import { withConnection } from './replaced';
import { words } from './words';

interface ReplaceDialogProps {
  process: Schemas['Process'];
  draft: Schemas['ProcessDraft'];
  step: Schemas['ProcessStep'];
  onClose: () => void;
}

/** Gives a step another connection of the same connector: what C10 leaves to whoever finds it locked. */
export function ReplaceDialog({ process, draft, step, onClose }: ReplaceDialogProps) {
  const w = useWords(words);
  const [chosen, setChosen] = useState<{ id: string; name: string }>();
  const connector = step.connector ?? step.resource.replace('connection:', '').split('.')[0] ?? '';
  return (
    <FormDialog
      onClose={onClose}
      title={w.replaceTitle(step.name)}
      submitLabel={w.replace}
      isReady={chosen !== undefined}
      onSubmit={async () => {
        if (!chosen) return;
        const { definition, layout, form, settings } = draft;
        await call.PUT('/api/processes/{process}/draft', {
          params: { path: { process: process.id }, header: ifMatch(draft.version) },
          body: { definition: withConnection(definition, step.pointer, chosen.name), layout, form: form as Schemas['Form'] | null, settings },
        });
        await refresh('/api/processes');
        notifyDone(w.replaced);
      }}
    >
      <Text size="sm">{w.replaceText}</Text>
      <ConnectionSelect
        label={w.replaceWith}
        none={w.replaceNone}
        unitId={process.business_unit.id}
        connectors={[connector]}
        value={chosen?.id}
        onChange={setChosen}
      />
    </FormDialog>
  );
}
