import { Stack } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { Admins } from './Admins';
import { Authorized } from './Authorized';
import { SelfShare } from './SelfShare';

/** Who administers it, and who may design with it: two separate questions. */
export function People({ connection }: { connection: Schemas['Connection'] }) {
  return (
    <Stack gap="lg" maw={820}>
      <SelfShare connection={connection} />
      <Admins connection={connection} />
      <Authorized connection={connection} />
    </Stack>
  );
}
