import { useEffect, useRef } from 'react';
import { Anchor, Tabs } from '@mantine/core';
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
import { StateBadge } from '../../ui/StateBadge';
import { Failed, Loading } from '../../ui/states';
import classes from './detail/Detail.module.css';
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
  const isOffered: Record<Tab, boolean> = {
    overview: true,
    methods: true,
    matrix: mayRead,
    try: integration.mine > 0 || mayRead,
    document: mayRead,
    uses: connection !== undefined,
    people: connection !== undefined,
    activity: connection?.may.includes('read_activity') === true,
    health: connection !== undefined,
  };
  // On a phone the tabs scroll sideways; the chosen one is to be seen.
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [tab]);
  const open = (chosen: string | null) =>
    void navigate({
      to: '/integrations/$integrationId/{-$tab}',
      params: { integrationId: integration.id, tab: chosen === 'overview' ? undefined : (chosen ?? undefined) },
    });
  return (
    <Page
      title={integration.title}
      crumbs={[{ label: ws.integrations, to: '/integrations' }]}
      badge={
        <>
          <ConnectorIcon connector="openapi" size={30} />
          <StateBadge state={integration.state} />
        </>
      }
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
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List ref={list} mb="lg" className={classes.list} aria-label={w.tabs}>
          {TABS.filter((one) => isOffered[one] || one === tab).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {one === 'methods' && !mayRead ? w.myMethods : w[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview integration={integration} connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="methods">
          <Methods integration={integration} />
        </Tabs.Panel>
        <Tabs.Panel value="matrix">
          <Matrix integrationId={integration.id} />
        </Tabs.Panel>
        <Tabs.Panel value="try">
          <Try integration={integration} />
        </Tabs.Panel>
        <Tabs.Panel value="document">
          <Versions integration={integration} />
        </Tabs.Panel>
        <Tabs.Panel value="uses">{connection && <Uses connection={connection} />}</Tabs.Panel>
        <Tabs.Panel value="people">{connection && <People connection={connection} />}</Tabs.Panel>
        <Tabs.Panel value="activity">
          <Activity connectionId={integration.id} />
        </Tabs.Panel>
        <Tabs.Panel value="health">{connection && <Health connection={connection} />}</Tabs.Panel>
      </Tabs>
    </Page>
  );
}
