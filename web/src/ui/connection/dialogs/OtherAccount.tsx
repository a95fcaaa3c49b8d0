import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconUserQuestion } from '@tabler/icons-react';
import { toProblem } from '../../../api/problem';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { words } from './words';

/** The account that the new credentials belong to, if it is another one than before (C14). */
export function otherAccount(error: unknown): string | null {
  const { code, extra } = toProblem(error);
  return code === 'connection.other_account' && typeof extra.expected === 'string' ? extra.expected : null;
}

/** Asks before a connection becomes another account's. */
export function OtherAccount({ error, onAccept }: { error: unknown; onAccept: (account: string) => void }) {
  const w = useWords(words);
  const account = otherAccount(error);
  if (account === null) return null;
  return (
    <Alert variant="default" icon={<IconUserQuestion size={18} color="var(--mantine-color-orange-6)" aria-hidden />} title={w.otherAccount} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{sentence(toProblem(error).detail)}</Text>
        <Text size="sm">{w.otherAccountText}</Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            onAccept(account);
          }}
        >
          {w.acceptAccount(account)}
        </Button>
      </Stack>
    </Alert>
  );
}
