import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../api/client';
import { useMe } from '../../api/me';
import { toProblem } from '../../api/problem';
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
  const problems = change.error ? toProblem(change.error).byField : undefined;
  const isShown = problems?.has('current_password') === true || problems?.has('new_password') === true;
  return (
    <Panel title={w.password} description={w.passwordText}>
      <form noValidate onSubmit={submit}>
        <Stack maw={400}>
          <UserNameForKeepers name={signInName} />
          <PasswordInput
            label={w.current}
            autoComplete="current-password"
            required
            {...form.getInputProps('current')}
            error={problems?.get('current_password')}
          />
          <PasswordInput
            label={w.next}
            description={w.nextHint}
            autoComplete="new-password"
            required
            {...form.getInputProps('next')}
            error={problems?.get('new_password')}
          />
          {!isShown && <ProblemAlert error={change.error} />}
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
