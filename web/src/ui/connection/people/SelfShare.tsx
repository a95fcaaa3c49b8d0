import { useState } from 'react';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { api, refresh, type Schemas } from '../../../api/client';
import { useMe } from '../../../api/me';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../ConfirmDialog';
import { notifyDone } from '../../notify';
import { words } from './words';

/** The one power of super admins over the connections of others, and what follows from it (C7). */
export function SelfShare({ connection }: { connection: Schemas['Connection'] }) {
  const w = useWords(words);
  const me = useMe();
  const [isAsking, setAsking] = useState(false);
  const share = api.useMutation('post', '/api/connections/{connection}/admins');
  const isAdmin = connection.shared_with.some(({ id }) => id === me.person_id);
  if (isAdmin || !connection.may.includes('share')) return null;
  return (
    <Alert color="petrol" variant="light" icon={<IconShieldLock size={18} />} title={w.superTitle}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{w.superText}</Text>
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            setAsking(true);
          }}
        >
          {w.shareWithMe}
        </Button>
      </Stack>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => {
          setAsking(false);
        }}
        title={w.shareWithMeTitle}
        consequences={[w.shareWithMeWhat, w.shareWithMeTold(connection.shared_with.length), w.shareWithMeAudit]}
        confirmLabel={w.shareWithMe}
        color="petrol"
        onConfirm={async () => {
          await share.mutateAsync({ params: { path: { connection: connection.id } }, body: { people: [me.person_id] } });
          await refresh('/api/connections');
          notifyDone(w.shared(me.name));
        }}
      />
    </Alert>
  );
}
