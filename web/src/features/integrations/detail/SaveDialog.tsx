import { useState } from 'react';
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { FormDialog } from '../../../ui/FormDialog';
import { notifyDone } from '../../../ui/notify';
import { QueryView } from '../../../ui/QueryView';
import { toChanges, type GrantDraft } from '../methods/grants';
import { Accept } from './Accept';
import { words } from './words';

interface SaveDialogProps {
  integration: Schemas['Integration'];
  wanted: ReadonlyMap<string, GrantDraft | null>;
  onClose: () => void;
  onSaved: () => void;
}

/** What the server says the changes would do, in numbers, before they are made; all of them or none (O5). */
export function SaveDialog({ integration, wanted, onClose, onSaved }: SaveDialogProps) {
  const w = useWords(words);
  const [isAccepted, setAccepted] = useState(false);
  const text = api.useQuery('get', '/api/integrations/responsibilities', {}, { staleTime: 300_000 });
  const changes = toChanges(wanted);
  const send = async (dryRun: boolean) => {
    const { data } = await call.PUT('/api/integrations/{integration}/grants', {
      params: { path: { integration: integration.id }, query: { dry_run: dryRun }, header: ifMatch(integration.version) },
      body: { changes, accept_responsibilities: isAccepted ? (text.data?.version ?? null) : null },
    });
    if (!data) throw new Error('the answer is empty');
    return data;
  };
  const tried = useQuery({ queryKey: ['dry run', integration.id, integration.version, JSON.stringify(changes)], queryFn: () => send(true), gcTime: 0 });
  const needsBox = tried.data?.needs_responsibilities === true;
  return (
    <FormDialog
      onClose={onClose}
      title={w.saveTitle}
      submitLabel={w.save}
      isReady={tried.data !== undefined && (!needsBox || isAccepted)}
      onSubmit={async () => {
        await send(false);
        // Of a long document they take a while to come: until then what was gathered says how they are.
        await refresh('/api/integrations/methods');
        onSaved();
        await refresh('/api/integrations');
        notifyDone(w.saved);
      }}
    >
      <QueryView query={tried}>
        {(found) => (
          <Stack gap="sm">
            <Stack gap={6} component="ul" m={0} pl="md">
              {linesOf(found, w).map((line) => (
                <Text key={line} size="sm" component="li">
                  {line}
                </Text>
              ))}
            </Stack>
            {needsBox && <Accept text={text.data} why={w.needAccept} isAccepted={isAccepted} onChange={setAccepted} />}
          </Stack>
        )}
      </QueryView>
    </FormDialog>
  );
}

type Numbers = 'saveAdded' | 'saveChanged' | 'saveRemoved' | 'saveLoose';
type Sentences = Record<Numbers, (n: number) => string> & Record<'saveNothing' | 'saveNow', string>;

function linesOf(found: Schemas['GrantsResult'], w: Sentences): string[] {
  const { added, changed, removed, unconfirmed_writing: loose } = found;
  if (added.length + changed.length + removed.length === 0) return [w.saveNothing];
  return [
    ...(added.length > 0 ? [w.saveAdded(added.length)] : []),
    ...(changed.length > 0 ? [w.saveChanged(changed.length)] : []),
    ...(removed.length > 0 ? [w.saveRemoved(removed.length)] : []),
    ...(loose.length > 0 ? [w.saveLoose(loose.length)] : []),
    w.saveNow,
  ];
}
