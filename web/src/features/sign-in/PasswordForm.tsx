import { Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../api/client';
import { becomeSomebodyElse } from '../../api/me';
import { useWords } from '../../lib/words';
import { ProblemAlert } from '../../ui/states';
import { words } from './words';

export function PasswordForm({ onEnter }: { onEnter: () => void }) {
  const w = useWords(words);
  const form = useForm({ initialValues: { name: '', password: '' } });
  const signIn = api.useMutation('post', '/api/sessions', {
    onSuccess: () => {
      becomeSomebodyElse();
      onEnter();
    },
  });
  const submit = form.onSubmit(({ name, password }) => {
    signIn.mutate({ body: { sign_in_name: name, password } });
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <Title order={2}>{w.title}</Title>
        <TextInput label={w.name} autoComplete="username" required autoFocus {...form.getInputProps('name')} />
        <PasswordInput label={w.password} autoComplete="current-password" required {...form.getInputProps('password')} />
        <ProblemAlert error={signIn.error} />
        <Button type="submit" loading={signIn.isPending}>
          {w.submit}
        </Button>
      </Stack>
    </form>
  );
}
