import { useState } from 'react';
import { TextInput } from '@mantine/core';
import { call, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import type { InstallationRole } from '../../ui/roleWords';
import { CodeDialog } from './CodeDialog';
import { InstallationRolesField } from './InstallationRolesField';
import { words } from './words';

const FIELDS = ['name', 'sign_in_name', 'email'];

/** Asks for the person, then shows the code to hand over. */
export function AddPersonDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const [name, setName] = useState('');
  const [signInName, setSignInName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<InstallationRole[]>([]);
  const [issued, setIssued] = useState<Schemas['SignInCode'] | null>(null);

  const add = async () => {
    const { data } = await call.POST('/api/people', {
      body: { name: name.trim(), sign_in_name: signInName.trim(), email: email.trim(), installation_roles: roles },
    });
    await refresh('/api/people');
    setIssued(data ?? null);
  };

  if (issued) return <CodeDialog issued={issued} title={w.addedTitle(issued.person.name)} isNew onClose={onClose} />;
  return (
    <FormDialog
      onClose={onClose}
      title={w.addTitle}
      submitLabel={w.add}
      isReady={name.trim() !== '' && signInName.trim() !== ''}
      onSubmit={add}
      staysOpen
      fields={FIELDS}
    >
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
            label={w.signInName}
            error={problems.get('sign_in_name')}
            description={w.signInNameHint}
            required
            maxLength={254}
            value={signInName}
            onChange={(event) => {
              setSignInName(event.currentTarget.value);
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
          <InstallationRolesField value={roles} onChange={setRoles} />
        </>
      )}
    </FormDialog>
  );
}
