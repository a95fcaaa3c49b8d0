import { useState } from 'react';
import { TextInput } from '@mantine/core';
import { call, ifMatch, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { notifyDone } from '../../ui/notify';
import { words } from './words';

const FIELDS = ['name', 'email'];

export function EditPersonDialog({ person, onClose }: { person: Schemas['Person']; onClose: () => void }) {
  const w = useWords(words);
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email);

  const save = async () => {
    await call.PATCH('/api/people/{person_id}', {
      params: { path: { person_id: person.id }, header: ifMatch(person.version) },
      body: { name: name.trim(), email: email.trim() },
    });
    await refresh();
    notifyDone(w.saved);
  };

  return (
    <FormDialog onClose={onClose} title={w.editTitle} submitLabel={w.save} isReady={name.trim() !== ''} onSubmit={save} fields={FIELDS}>
      {(problems) => (
        <>
          <TextInput
            label={w.name}
            error={problems.get('name')}
            required
            data-autofocus
            maxLength={120}
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <TextInput
            label={w.email}
            error={problems.has('email') && w.emailWrong}
            description={w.emailHint}
            type="email"
            maxLength={254}
            value={email}
            onChange={(event) => {
              setEmail(event.currentTarget.value);
            }}
          />
        </>
      )}
    </FormDialog>
  );
}
