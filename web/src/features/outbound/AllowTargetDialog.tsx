import { useState } from 'react';
import { NumberInput, Select, TextInput } from '@mantine/core';
import { useUnits } from '../../api/choices';
import { call, refresh } from '../../api/client';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import { words } from './words';

const FIELDS = ['host', 'port', 'note'];

const EVERYBODY = '';

export function AllowTargetDialog({ unit, onClose }: { unit: string | undefined; onClose: () => void }) {
  const w = useWords(words);
  const units = useUnits();
  const [host, setHost] = useState('');
  const [port, setPort] = useState<number | string>('');
  const [place, setPlace] = useState(unit ?? EVERYBODY);
  const [note, setNote] = useState('');

  const allow = async () => {
    await call.POST('/api/outbound-targets', {
      body: {
        host: host.trim(),
        port: typeof port === 'number' ? port : null,
        business_unit_id: place || null,
        note: note.trim(),
      },
    });
    await refresh();
    notifyDone(w.allowed(typeof port === 'number' ? `${host.trim()}:${port}` : host.trim()));
  };

  return (
    <FormDialog onClose={onClose} title={w.allowTitle} submitLabel={w.allow} isReady={host.trim() !== ''} onSubmit={allow} fields={FIELDS}>
      {(problems) => (
        <>
          <TextInput
            label={w.host}
            error={problems.get('host')}
            description={w.hostHint}
            required
            data-autofocus
            maxLength={253}
            value={host}
            onChange={(event) => {
              setHost(event.currentTarget.value);
            }}
          />
          <NumberInput
            label={w.portLabel}
            error={problems.get('port')}
            description={w.portHint}
            clampBehavior="none"
            min={1}
            max={65535}
            allowDecimal={false}
            thousandSeparator=""
            hideControls
            value={port}
            onChange={setPort}
          />
          <Select
            label={w.forWhom}
            description={w.forWhomHint}
            data={[
              { value: EVERYBODY, label: w.installation },
              ...(units.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={place}
            onChange={(chosen) => {
              setPlace(chosen ?? EVERYBODY);
            }}
            allowDeselect={false}
          />
          <TextInput
            label={w.noteLabel}
            error={problems.get('note')}
            description={w.noteHint}
            maxLength={500}
            value={note}
            onChange={(event) => {
              setNote(event.currentTarget.value);
            }}
          />
        </>
      )}
    </FormDialog>
  );
}
