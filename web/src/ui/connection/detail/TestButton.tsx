import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { api, refresh } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { notifyDone } from '../../notify';
import { words } from './words';

/** Tests with the stored credentials; how it went is the state of the connection. */
export function TestButton({ connectionId }: { connectionId: string }) {
  const w = useWords(words);
  const test = api.useMutation('post', '/api/connections/{connection}/test', {
    onSuccess: async (connection) => {
      await refresh('/api/connections');
      notifyDone(connection.state === 'connected' ? w.stillConnected(connection.details?.remote?.account ?? '') : w.stillNot);
    },
    onError: (error: unknown) => {
      notifyDone(sentence(toProblem(error).detail));
    },
  });
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} aria-hidden />}
      loading={test.isPending}
      onClick={() => {
        test.mutate({ params: { path: { connection: connectionId } } });
      }}
    >
      {w.test}
    </Button>
  );
}
