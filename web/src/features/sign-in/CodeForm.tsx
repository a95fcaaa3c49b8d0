import { Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../api/client';
import { becomeSomebodyElse } from '../../api/me';
import { toProblem } from '../../api/problem';
import { useWords } from '../../lib/words';
import { ProblemAlert } from '../../ui/states';
import { words } from './words';

/** For the first sign-in, and after a reset: the code once, a password from then on. */
export function CodeForm({ onEnter }: { onEnter: () => void }) {
  const w = useWords(words);
  const form = useForm({ initialValues: { code: '', password: '' } });
  const redeem = api.useMutation('post', '/api/sessions/redeem-code', {
    onSuccess: () => {
      becomeSomebodyElse();
      onEnter();
    },
  });
  const submit = form.onSubmit(({ code, password }) => {
    redeem.mutate({ body: { code: code.trim(), password } });
  });
  const unfit = redeem.error ? toProblem(redeem.error).byField.get('password') : undefined;
  return (
    <form onSubmit={submit}>
      <Stack>
        <div>
          <Title order={2}>{w.codeTitle}</Title>
          <Text size="sm" c="dimmed" mt={4}>
            {w.codeText}
          </Text>
        </div>
        <TextInput label={w.code} autoComplete="one-time-code" required autoFocus {...form.getInputProps('code')} />
        <PasswordInput
          label={w.newPassword}
          description={w.newPasswordHint}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
          error={unfit}
        />
        {!unfit && <ProblemAlert error={redeem.error} />}
        <Button type="submit" loading={redeem.isPending}>
          {w.codeSubmit}
        </Button>
      </Stack>
    </form>
  );
}
