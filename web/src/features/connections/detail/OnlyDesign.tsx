import { Alert, Stack, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { api } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { ConnectorIcon } from '../../../ui/ConnectorIcon';
import { Page } from '../../../ui/Page';
import { StateBadge } from '../../../ui/StateBadge';
import { Try } from '../try/Try';
import { Why } from '../why/Why';
import { words as shared } from '../../../ui/connection/words';
import { words } from '../../../ui/connection/detail/words';

/** For those who may design with a connection that isn't shared with them: what they may, and why no more (C8, C17). */
export function OnlyDesign({ connectionId, error }: { connectionId: string; error: unknown }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const { data } = api.useQuery('get', '/api/pickable-connections', { params: { query: { limit: 200 } } });
  const found = data?.items.find(({ id }) => id === connectionId);
  return (
    <Page
      title={found?.name ?? ws.connection}
      crumbs={[{ label: ws.connections, to: '/connections' }]}
      icon={found && <ConnectorIcon connector={found.connector} size={30} />}
      badge={found && <StateBadge state={found.state} />}
      description={found?.business_unit_name}
    >
      <Stack gap="lg">
        <Alert color="gray" icon={<IconLock size={18} />} title={w.onlyDesign}>
          {sentence(toProblem(error).detail)} {w.askAdmins}
        </Alert>
        <Why connectionId={connectionId} unitId={undefined} mayAskAboutOthers={false} />
        {found && (
          <>
            <Title order={2}>{w.try}</Title>
            <Try
              connectionId={found.id}
              connectionName={found.name}
              connector={found.connector}
              unitId={found.business_unit_id}
            />
          </>
        )}
      </Stack>
    </Page>
  );
}
