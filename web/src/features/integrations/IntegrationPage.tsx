import { Anchor } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { oneOf } from '../../lib/search';
import { useWords } from '../../lib/words';
import { Activity } from '../../ui/connection/activity/Activity';
import { Actions } from '../../ui/connection/detail/Actions';
import { Health } from '../../ui/connection/health/Health';
import { People } from '../../ui/connection/people/People';
import { Uses } from '../../ui/connection/uses/Uses';
import { ConnectorIcon } from '../../ui/ConnectorIcon';
import { Page } from '../../ui/Page';
import { PageTabs } from '../../ui/PageTabs';
import { StateBadge } from '../../ui/StateBadge';
import { Failed, Loading } from '../../ui/states';
import { Matrix } from './detail/Matrix';
import { Methods } from './detail/Methods';
import { Overview } from './detail/Overview';
import { Try } from './detail/Try';
import { Versions } from './document/Versions';
import { words } from './detail/words';
import { ReplaceDialog } from './replace/ReplaceDialog';
import { TABS, type Tab } from './search';
import { words as shared } from './words';

/** One custom integration: what it is, who may call what, and calling it. */
export function IntegrationPage() {
  const w = useWords(words);
  const ws = useWords(shared);
  const { integrationId, tab } = useParams({ from: '/shell/integrations/$integrationId/{-$tab}' });
  const found = api.useQuery('get', '/api/integrations/{integration}', { params: { path: { integration: integrationId } } });
  if (found.data) return <Shown integration={found.data} tab={oneOf(TABS, tab) ?? 'overview'} />;
  return (
    <Page title={w.integration} crumbs={[{ label: ws.integrations, to: '/integrations' }]}>
      {found.error === null ? <Loading /> : <Failed error={found.error} onRetry={() => void found.refetch()} />}
    </Page>
  );
}

function Shown({ integration, tab }: { integration: Schemas['Integration']; tab: Tab }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const navigate = useNavigate();
  const mayRead = integration.access_groups !== null;
  // It is a connection, too; who may only call methods knows nothing of that.
  const { data: connection } = api.useQuery(
    'get',
    '/api/connections/{connection}',
    { params: { path: { connection: integration.id } } },
    { enabled: integration.may_see_connection },
  );
  return (
    <Page
      title={integration.title}
      crumbs={[{ label: ws.integrations, to: '/integrations' }]}
      icon={<ConnectorIcon connector="openapi" size={30} />}
      badge={<StateBadge state={integration.state} />}
      description={
        <>
          {integration.description && <div>{integration.description}</div>}
          {integration.api_title} {integration.api_version} ·{' '}
          <Anchor component={Link} to={`/units/${integration.business_unit.id}`} size="sm" underline="always">
            {integration.business_unit.name}
          </Anchor>
        </>
      }
      actions={
        connection && (
          <Actions
            connection={connection}
            replaceDialog={(dialog) => <ReplaceDialog integration={integration} connection={connection} {...dialog} />}
          />
        )
      }
    >
      <PageTabs
        label={w.tabs}
        order={TABS}
        chosen={tab}
        onChoose={(chosen) => void navigate({ to: '/integrations/$integrationId/{-$tab}', params: { integrationId: integration.id, tab: chosen } })}
        parts={{
          overview: { label: w.overview, content: <Overview integration={integration} connection={connection} /> },
          methods: { label: mayRead ? w.methods : w.myMethods, content: <Methods integration={integration} /> },
          matrix: { label: w.matrix, isOffered: mayRead, content: <Matrix integrationId={integration.id} /> },
          try: { label: w.try, isOffered: integration.mine > 0 || mayRead, content: <Try integration={integration} /> },
          document: { label: w.document, isOffered: mayRead, content: <Versions integration={integration} /> },
          uses: { label: w.uses, isOffered: connection !== undefined, content: connection && <Uses connection={connection} /> },
          people: { label: w.people, isOffered: connection !== undefined, content: connection && <People connection={connection} /> },
          activity: { label: w.activity, isOffered: connection?.may.includes('read_activity') === true, content: <Activity connectionId={integration.id} /> },
          health: { label: w.health, isOffered: connection !== undefined, content: connection && <Health connection={connection} /> },
        }}
      />
    </Page>
  );
}
