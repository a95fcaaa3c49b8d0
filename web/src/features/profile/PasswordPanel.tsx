import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../api/client';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { notifyDone } from '../../ui/notify';
import { Panel } from '../../ui/Panel';
import { ProblemAlert } from '../../ui/states';
import { UserNameForKeepers } from '../../ui/UserNameForKeepers';
import { words } from './words';

export function PasswordPanel() {
  const w = useWords(words);
  const { sign_in_name: signInName } = useMe();
  const form = useForm({ initialValues: { current: '', next: '' } });
  const change = api.useMutation('put', '/api/me/password', {
    onSuccess: () => {
      form.reset();
      notifyDone(w.passwordChanged);
    },
  });
  const submit = form.onSubmit(({ current, next }) => {
    change.mutate({ body: { current_password: current, new_password: next } });
  });
  return (
    <Panel title={w.password} description={w.passwordText}>
      <form onSubmit={submit}>
        <Stack maw={400}>
          <UserNameForKeepers name={signInName} />
          <PasswordInput label={w.current} autoComplete="current-password" required {...form.getInputProps('current')} />
          <PasswordInput
            label={w.next}
            description={w.nextHint}
            autoComplete="new-password"
            required
            {...form.getInputProps('next')}
          />
          <ProblemAlert error={change.error} />
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              {w.changePassword}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
