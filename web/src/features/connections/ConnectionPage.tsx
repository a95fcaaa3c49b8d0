import { Anchor } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { toProblem } from '../../api/problem';
import { oneOf } from '../../lib/search';
import { useWords } from '../../lib/words';
import { ConnectorIcon } from '../../ui/ConnectorIcon';
import { Page } from '../../ui/Page';
import { PageTabs } from '../../ui/PageTabs';
import { StateBadge } from '../../ui/StateBadge';
import { Failed, Loading } from '../../ui/states';
import { Activity } from '../../ui/connection/activity/Activity';
import { useConnectors, useConnectorTitles } from '../../ui/connection/catalogue';
import { Actions } from '../../ui/connection/detail/Actions';
import { OnlyDesign } from './detail/OnlyDesign';
import { Overview } from './detail/Overview';
import { TABS, type Tab } from './detail/tabs';
import { words } from '../../ui/connection/detail/words';
import { Health } from '../../ui/connection/health/Health';
import { People } from '../../ui/connection/people/People';
import { Try } from './try/Try';
import { Uses } from '../../ui/connection/uses/Uses';
import { Why } from './why/Why';
import { words as shared } from '../../ui/connection/words';

/** One connection: how it is, what one may do with it, and why. */
export function ConnectionPage() {
  const ws = useWords(shared);
  const { connectionId, tab } = useParams({ from: '/shell/connections/$connectionId/{-$tab}' });
  const found = api.useQuery('get', '/api/connections/{connection}', { params: { path: { connection: connectionId } } });
  const crumbs = [{ label: ws.connections, to: '/connections' }];
  if (found.data) return <Shown connection={found.data} tab={oneOf(TABS, tab) ?? 'overview'} />;
  if (found.error !== null && toProblem(found.error).kind === 'forbidden') {
    return <OnlyDesign connectionId={connectionId} error={found.error} />;
  }
  return (
    <Page title={ws.connection} crumbs={crumbs}>
      {found.error === null ? <Loading /> : <Failed error={found.error} onRetry={() => void found.refetch()} />}
    </Page>
  );
}

function Shown({ connection, tab }: { connection: Schemas['Connection']; tab: Tab }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const navigate = useNavigate();
  const titleOf = useConnectorTitles();
  const isIntegration = useConnectors().some(({ key, made_with: madeWith }) => key === connection.connector && madeWith === 'integration');

  return (
    <Page
      title={connection.name}
      crumbs={[{ label: ws.connections, to: '/connections' }]}
      icon={<ConnectorIcon connector={connection.connector} size={30} />}
      badge={<StateBadge state={connection.state} />}
      description={
        <>
          {titleOf(connection.connector)} ·{' '}
          <Anchor component={Link} to={`/units/${connection.business_unit.id}`} size="sm" underline="always">
            {connection.business_unit.name}
          </Anchor>
        </>
      }
      actions={<Actions connection={connection} integrationTo={isIntegration ? `/integrations/${connection.id}` : undefined} />}
    >
      <PageTabs
        label={w.tabs}
        order={TABS}
        chosen={tab}
        onChoose={(chosen) => void navigate({ to: '/connections/$connectionId/{-$tab}', params: { connectionId: connection.id, tab: chosen } })}
        parts={{
          overview: { label: w.overview, content: <Overview connection={connection} /> },
          try: {
            label: w.try,
            isOffered: connection.may.includes('use'),
            content: (
              <Try connectionId={connection.id} connectionName={connection.name} connector={connection.connector} unitId={connection.business_unit.id} />
            ),
          },
          uses: { label: w.uses, content: <Uses connection={connection} /> },
          people: { label: w.people, content: <People connection={connection} /> },
          why: {
            label: w.why,
            content: <Why connectionId={connection.id} unitId={connection.business_unit.id} mayAskAboutOthers={connection.may.includes('see')} />,
          },
          activity: { label: w.activity, isOffered: connection.may.includes('read_activity'), content: <Activity connectionId={connection.id} /> },
          health: { label: w.health, content: <Health connection={connection} /> },
        }}
      />
    </Page>
  );
}
