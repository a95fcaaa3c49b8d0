import { useState } from 'react';
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Dialog } from '../../../ui/Dialog';
import { notifyDone } from '../../../ui/notify';
import { QueryView } from '../../../ui/QueryView';
import { ProblemAlert } from '../../../ui/states';
import { words as ui } from '../../../ui/words';
import { Diff } from './Diff';
import { DocumentInput } from './DocumentInput';
import { Report } from './Report';
import { UsedBy } from './UsedBy';
import { useDocument } from './useDocument';
import { words } from './words';

interface UpdateDialogProps {
  integration: Schemas['Integration'];
  /** An earlier version to be put in force again; null for another document. */
  number: number | null;
  onClose: () => void;
}

/** Compares another version with the one in force, asks what is to be decided, and applies it (O9, D26). */
export function UpdateDialog({ integration, number, onClose }: UpdateDialogProps) {
  const w = useWords(words);
  return (
    <Dialog onClose={onClose} size="xl" title={number === null ? w.updateTitle : w.restoreTitle(number)}>
      <Stack>
        <Text size="sm" c="dimmed">
          {w.compareText}
        </Text>
        {number === null ? (
          <Pasted integration={integration} onClose={onClose} />
        ) : (
          <Earlier integration={integration} number={number} onClose={onClose} />
        )}
      </Stack>
    </Dialog>
  );
}

async function compare(integration: string, asked: Schemas['PreviewUpdate']): Promise<Schemas['Update'] | null> {
  const { data } = await call.POST('/api/integrations/{integration}/updates', {
    params: { path: { integration } },
    body: asked,
  });
  return data ?? null;
}

function Pasted({ integration, onClose }: Omit<UpdateDialogProps, 'number'>) {
  const document = useDocument((text) => compare(integration.id, { document: text, number: null }));
  return (
    <>
      <DocumentInput document={document} error={undefined} />
      {document.found && (
        <>
          <Report reading={document.found} />
          <Decide key={document.found.digest} integration={integration} update={document.found} text={document.text} number={null} onClose={onClose} />
        </>
      )}
    </>
  );
}

function Earlier({ integration, number, onClose }: UpdateDialogProps & { number: number }) {
  const found = useQuery({
    queryKey: ['compare', integration.id, integration.version, number],
    queryFn: () => compare(integration.id, { document: null, number }),
    gcTime: 0,
  });
  return (
    <QueryView query={found}>
      {(update) => update && <Decide integration={integration} update={update} text="" number={number} onClose={onClose} />}
    </QueryView>
  );
}

interface DecideProps extends UpdateDialogProps {
  update: Schemas['Update'];
  text: string;
}

/** What is different, what of it needs somebody's word, and doing it. */
function Decide({ integration, update, text, number, onClose }: DecideProps) {
  const w = useWords(words);
  const wu = useWords(ui);
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  const [isConfirmed, setConfirmed] = useState(false);
  const [isTaken, setTaken] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const responsibilities = api.useQuery('get', '/api/integrations/responsibilities', {}, { staleTime: 300_000 });
  const labels = new Map(update.changed.map(({ method }) => [method.name, method.label]));
  const needsBox = update.needs_responsibilities.some((name) => accepted.has(name));
  const isReady = (update.needs_confirmation.length === 0 || isConfirmed) && (!needsBox || isTaken);

  const apply = async () => {
    const decided = {
      based_on: update.based_on,
      accept: [...accepted],
      confirm_removed: isConfirmed,
      accept_responsibilities: needsBox ? (responsibilities.data?.version ?? null) : null,
    };
    const header = ifMatch(integration.version);
    const path = { integration: integration.id };
    setBusy(true);
    setError(null);
    try {
      const { data } =
        number === null
          ? await call.POST('/api/integrations/{integration}/versions', { params: { path, header }, body: { ...decided, document: text } })
          : await call.POST('/api/integrations/{integration}/versions/{number}/restore', { params: { path: { ...path, number }, header }, body: decided });
      onClose();
      await refresh('/api/integrations');
      if (data) notifyDone(w.applied(data.document_number));
    } catch (raised) {
      setError(raised);
      setBusy(false);
    }
  };

  return (
    <Stack gap="md">
      <Diff update={update} />
      <UsedBy update={update} />
      {update.to_accept.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {w.toAccept}
          </Text>
          <Text size="sm" c="dimmed" mb="xs">
            {w.toAcceptText}
          </Text>
          <Stack gap="xs">
            {update.to_accept.map((name) => (
              <Checkbox
                key={name}
                size="sm"
                label={w.accept(labels.get(name) ?? name)}
                checked={accepted.has(name)}
                onChange={(event) => {
                  const changed = new Set(accepted);
                  if (event.currentTarget.checked) changed.add(name);
                  else changed.delete(name);
                  setAccepted(changed);
                }}
              />
            ))}
          </Stack>
        </div>
      )}
      {needsBox && (
        <div>
          <Text size="sm" mb="xs">
            {w.needResponsibilities}
          </Text>
          <Checkbox
            size="sm"
            label={responsibilities.data?.statement}
            checked={isTaken}
            onChange={(event) => {
              setTaken(event.currentTarget.checked);
            }}
          />
        </div>
      )}
      {update.needs_confirmation.length > 0 && (
        <Checkbox
          size="sm"
          label={w.confirmRemoved(update.needs_confirmation.length)}
          checked={isConfirmed}
          onChange={(event) => {
            setConfirmed(event.currentTarget.checked);
          }}
        />
      )}
      <ProblemAlert error={error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {wu.cancel}
        </Button>
        <Button loading={isBusy} disabled={!isReady} onClick={() => void apply()}>
          {w.apply}
        </Button>
      </Group>
    </Stack>
  );
}
