import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client';
import { useUnits } from '../../api/choices';
import { reaches, reachesAny, useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { ConnectorIcon } from '../../ui/ConnectorIcon';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { Empty, Failed, Loading } from '../../ui/states';
import { Wizard } from './wizard/Wizard';
import { words } from './wizard/words';
import { words as shared } from './words';

/** The wizard, for those who may create custom integrations while these are switched on. */
export function NewIntegrationPage() {
  const w = useWords(words);
  const ws = useWords(shared);
  const { create_connections: reach } = useMe().may;
  const found = useUnits();
  const connector = api.useQuery('get', '/api/connectors/{connector}', { params: { path: { connector: 'openapi' } } });
  const text = api.useQuery('get', '/api/integrations/responsibilities', {}, { staleTime: 300_000 });
  const units = found.data?.items.filter(({ id }) => reaches(reach, id));
  const crumbs = [{ label: ws.integrations, to: '/integrations' }];
  const back = (
    <Button component={Link} to="/integrations" variant="default">
      {w.toIntegrations}
    </Button>
  );
  return (
    <Page title={ws.create} crumbs={crumbs} icon={<ConnectorIcon connector="openapi" size={30} />}>
      {!reachesAny(reach) ? (
        <Empty icon={<IconLock size={24} />} title={w.mayNot} action={back}>
          {w.mayNotText}
        </Empty>
      ) : (
        <QueryView query={connector}>
          {(one) => {
            if (!one.is_on) {
              return (
                <Empty icon={<IconLock size={24} />} title={w.isOff} action={back}>
                  {w.whoTurnsOn(one.who_can_change)}
                </Empty>
              );
            }
            if (text.error ?? found.error) return <Failed error={text.error ?? found.error} />;
            return text.data && units ? <Wizard connector={one} responsibilities={text.data} units={units} /> : <Loading />;
          }}
        </QueryView>
      )}
    </Page>
  );
}
