import { Alert, Stack } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { sentence } from '../../../ui/states';
import { Why } from '../why/Why';
import { words } from './words';

/** For those who may build with a connection that isn't shared with them: what they may, and why no more. */
export function OnlyDesign({ connectionId, error }: { connectionId: string; error: unknown }) {
  const w = useWords(words);
  return (
    <Stack gap="lg">
      <Alert color="gray" icon={<IconLock size={18} />} title={w.onlyDesign}>
        {sentence(toProblem(error).detail)} {w.askAdmins}
      </Alert>
      <Why connectionId={connectionId} unitId={undefined} mayAskAboutOthers={false} />
    </Stack>
  );
}
