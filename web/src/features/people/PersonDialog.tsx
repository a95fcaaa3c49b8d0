import { useState, type ReactNode } from 'react';
import { TextInput } from '@mantine/core';
import { useWords } from '../../lib/words';
import { FormDialog } from '../../ui/FormDialog';
import { words } from './words';

const FIELDS = ['name', 'sign_in_name', 'email'];

interface Identity {
  name: string;
  /** Null where it can't be changed any more. */
  signInName: string | null;
  email: string;
}

interface PersonDialogProps {
  initial: Identity;
  title: string;
  /** The verb on the button. */
  submitLabel: string;
  onClose: () => void;
  onSubmit: (given: { name: string; signInName: string; email: string }) => Promise<void>;
  staysOpen?: boolean;
  /** What else is asked. */
  children?: ReactNode;
}

/** Asks who somebody is. */
export function PersonDialog({ initial, onSubmit, children, ...dialog }: PersonDialogProps) {
  const w = useWords(words);
  const [name, setName] = useState(initial.name);
  const [signInName, setSignInName] = useState(initial.signInName);
  const [email, setEmail] = useState(initial.email);
  return (
    <FormDialog
      {...dialog}
      isReady={name.trim() !== '' && signInName?.trim() !== ''}
      onSubmit={() => onSubmit({ name: name.trim(), signInName: signInName?.trim() ?? '', email: email.trim() })}
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
          {signInName !== null && (
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
          )}
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
          {children}
        </>
      )}
    </FormDialog>
  );
}
