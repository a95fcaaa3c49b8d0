/** Which address shows which page. Pages are loaded when they are opened. */

import { createRootRoute, createRoute, createRouter, Outlet, redirect, useRouter, type AnyRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { findMe } from '../api/me';
import { ApiProblem } from '../api/problem';
import { parseAuditSearch } from '../features/audit/search';
import { parseConnectionsSearch, parseNewConnectionSearch } from '../features/connections/search';
import { parseIntegrationsSearch } from '../features/integrations/search';
import { parsePeopleSearch } from '../features/people/search';
import { parseProcessesSearch, parseTriggerSearch } from '../features/processes/search';
import { parseRunsSearch } from '../features/runs/search';
import { parseTasksSearch } from '../features/tasks/search';
import { parseUnitSearch } from '../lib/search';
import { Failed } from '../ui/states';
import { loadedPage } from './loadedPage';
import { PageLoading, Shell } from './Shell';

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({ to: localPath(search.to) }),
  component: loadedPage(() => import('../features/sign-in/SignInPage'), 'SignInPage'),
});

/** Everything for which one must be signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    if ((await findMe()) === null) throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/connections', search: {} });
  },
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: '/connections',
  validateSearch: parseConnectionsSearch,
  component: loadedPage(() => import('../features/connections/ConnectionsPage'), 'ConnectionsPage'),
});
const newConnection = createRoute({
  getParentRoute: () => shell,
  path: '/connections/new',
  validateSearch: parseNewConnectionSearch,
  component: loadedPage(() => import('../features/connections/NewConnectionPage'), 'NewConnectionPage'),
});
const connection = createRoute({
  getParentRoute: () => shell,
  path: '/connections/$connectionId/{-$tab}',
  component: loadedPage(() => import('../features/connections/ConnectionPage'), 'ConnectionPage'),
});
const integrations = createRoute({
  getParentRoute: () => shell,
  path: '/integrations',
  validateSearch: parseIntegrationsSearch,
  component: loadedPage(() => import('../features/integrations/IntegrationsPage'), 'IntegrationsPage'),
});
const newIntegration = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/new',
  component: loadedPage(() => import('../features/integrations/NewIntegrationPage'), 'NewIntegrationPage'),
});
const integration = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/$integrationId/{-$tab}',
  component: loadedPage(() => import('../features/integrations/IntegrationPage'), 'IntegrationPage'),
});
const processes = createRoute({
  getParentRoute: () => shell,
  path: '/processes',
  validateSearch: parseProcessesSearch,
  component: loadedPage(() => import('../features/processes/ProcessesPage'), 'ProcessesPage'),
});
const newProcess = createRoute({
  getParentRoute: () => shell,
  path: '/processes/new',
  component: loadedPage(() => import('../features/processes/NewProcessPage'), 'NewProcessPage'),
});
const process = createRoute({
  getParentRoute: () => shell,
  path: '/processes/$processId/{-$tab}',
  component: loadedPage(() => import('../features/processes/ProcessPage'), 'ProcessPage'),
});
const trigger = createRoute({
  getParentRoute: () => shell,
  path: '/processes/$processId/triggers/$triggerId',
  validateSearch: parseTriggerSearch,
  component: loadedPage(() => import('../features/processes/triggers/TriggerPage'), 'TriggerPage'),
});
const runs = createRoute({
  getParentRoute: () => shell,
  path: '/runs',
  validateSearch: parseRunsSearch,
  component: loadedPage(() => import('../features/runs/RunsPage'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$runId',
  component: loadedPage(() => import('../features/runs/RunPage'), 'RunPage'),
});
const tasks = createRoute({
  getParentRoute: () => shell,
  path: '/tasks',
  validateSearch: parseTasksSearch,
  component: loadedPage(() => import('../features/tasks/TasksPage'), 'TasksPage'),
});
const task = createRoute({
  getParentRoute: () => shell,
  path: '/tasks/$taskId',
  component: loadedPage(() => import('../features/tasks/TaskPage'), 'TaskPage'),
});
const units = createRoute({
  getParentRoute: () => shell,
  path: '/units',
  component: loadedPage(() => import('../features/units/UnitsPage'), 'UnitsPage'),
});
const unit = createRoute({
  getParentRoute: () => shell,
  path: '/units/$unitId',
  component: loadedPage(() => import('../features/units/UnitPage'), 'UnitPage'),
});
const people = createRoute({
  getParentRoute: () => shell,
  path: '/people',
  validateSearch: parsePeopleSearch,
  component: loadedPage(() => import('../features/people/PeoplePage'), 'PeoplePage'),
});
const person = createRoute({
  getParentRoute: () => shell,
  path: '/people/$personId',
  component: loadedPage(() => import('../features/people/PersonPage'), 'PersonPage'),
});
const groups = createRoute({
  getParentRoute: () => shell,
  path: '/groups',
  component: loadedPage(() => import('../features/groups/GroupsPage'), 'GroupsPage'),
});
const group = createRoute({
  getParentRoute: () => shell,
  path: '/groups/$groupId',
  component: loadedPage(() => import('../features/groups/GroupPage'), 'GroupPage'),
});
const connectors = createRoute({
  getParentRoute: () => shell,
  path: '/connectors',
  validateSearch: parseUnitSearch,
  component: loadedPage(() => import('../features/connectors/ConnectorsPage'), 'ConnectorsPage'),
});
const outbound = createRoute({
  getParentRoute: () => shell,
  path: '/outbound',
  validateSearch: parseUnitSearch,
  component: loadedPage(() => import('../features/outbound/OutboundPage'), 'OutboundPage'),
});
const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: loadedPage(() => import('../features/audit/AuditPage'), 'AuditPage'),
});
const installation = createRoute({
  getParentRoute: () => shell,
  path: '/installation',
  component: loadedPage(() => import('../features/installation/InstallationPage'), 'InstallationPage'),
});
const notices = createRoute({
  getParentRoute: () => shell,
  path: '/notices',
  component: loadedPage(() => import('../features/notices/NoticesPage'), 'NoticesPage'),
});
const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  component: loadedPage(() => import('../features/profile/ProfilePage'), 'ProfilePage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    shell.addChildren([
      home, connections, newConnection, connection, integrations, newIntegration, integration, processes, newProcess, process,
      trigger, runs, run, tasks, task, units, unit, people, person, groups, group, connectors, outbound, audit, installation,
      notices, profile,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: FailedPage,
  defaultNotFoundComponent: Lost,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function FailedPage({ error, reset }: ErrorComponentProps) {
  const { invalidate } = useRouter<AnyRouter>();
  const again = async () => {
    await invalidate();
    reset();
  };
  return <Failed error={error} onRetry={() => void again()} />;
}

function Lost() {
  return <Failed error={new ApiProblem(404, 'not_found', 'page.not_found', '')} />;
}

/** Only addresses of these pages: a link must not lead through the sign-in to somewhere else. */
function localPath(to: unknown): string | undefined {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined;
}
