import { Suspense, type ReactNode } from 'react';
import { ActionIcon, AppShell, Badge, Burger, Group, Indicator, NavLink, ScrollArea, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconApi, IconBell, IconBuilding, IconHistory, IconInbox, IconPlayerPlay, IconPlugConnected, IconPuzzle, IconRoute, IconServer, IconUser,
  IconUsersGroup, IconWorldShare,
} from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { api } from '../api/client';
import { reachesAny, useMe } from '../api/me';
import { useWords } from '../lib/words';
import { Loading } from '../ui/states';
import { AccountMenu } from './AccountMenu';
import { Mark } from './Mark';
import classes from './Shell.module.css';
import { words } from './words';

/** What stands around every page: where one can go, who one is. */
export function Shell() {
  const w = useWords(words);
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 52, collapsed: false }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      classNames={{ header: classes.header, navbar: classes.navbar }}
      layout="alt"
    >
      <a href="#main" className={classes.skip}>
        {w.skip}
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" justify="space-between">
          <Group gap="sm">
            <Burger opened={isOpen} onClick={toggle} size="sm" aria-label={w.menu} />
            <Mark />
          </Group>
          <NoticesButton />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar>
        <Group justify="space-between" px="md" h={60}>
          <Mark />
          <Group gap={4}>
            <NoticesButton />
            <Burger opened={isOpen} onClick={toggle} size="sm" hiddenFrom="sm" aria-label={w.menu} />
          </Group>
        </Group>
        <ScrollArea flex={1} px="xs">
          <Navigation onGo={close} />
        </ScrollArea>
        <AccountMenu />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <Suspense fallback={<PageLoading />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  );
}

export function PageLoading() {
  return (
    <div className={classes.loading}>
      <Loading />
    </div>
  );
}

function NoticesButton() {
  const w = useWords(words);
  const { unread_notices: unread } = useMe();
  return (
    <Indicator label={unread > 99 ? '99+' : unread} size={16} disabled={unread === 0} offset={5}>
      <ActionIcon
        component={Link}
        to="/notices"
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={unread ? `${w.notices} (${unread})` : w.notices}
      >
        <IconBell size={19} stroke={1.6} />
      </ActionIcon>
    </Indicator>
  );
}

function Navigation({ onGo }: { onGo: () => void }) {
  const w = useWords(words);
  const { may } = useMe();
  return (
    <nav aria-label={w.menu}>
      <Stack gap={2} onClick={onGo}>
        <Item to="/connections" icon={IconPlugConnected} label={w.connections} />
        <Item to="/integrations" icon={IconApi} label={w.integrations} />
        <Item to="/processes" icon={IconRoute} label={w.processes} />
        <Item to="/runs" icon={IconPlayerPlay} label={w.runs} />
        <Tasks />
        <Text size="xs" fw={550} c="dimmed" px="sm" pt="lg" pb={4}>
          {w.administration}
        </Text>
        <Item to="/units" icon={IconBuilding} label={w.units} />
        {may.list_people && <Item to="/people" icon={IconUser} label={w.people} />}
        {may.list_groups && <Item to="/groups" icon={IconUsersGroup} label={w.groups} />}
        <Item to="/connectors" icon={IconPuzzle} label={w.connectors} />
        {reachesAny(may.list_outbound_targets) && <Item to="/outbound" icon={IconWorldShare} label={w.outbound} />}
        {reachesAny(may.read_audit) && <Item to="/audit" icon={IconHistory} label={w.audit} />}
        {may.read_installation && <Item to="/installation" icon={IconServer} label={w.installation} />}
      </Stack>
    </nav>
  );
}

/** Between two looks at how much waits for one. */
const LOOK_MS = 30_000;

function Tasks() {
  const w = useWords(words);
  const { data } = api.useQuery('get', '/api/tasks/count', {}, { refetchInterval: LOOK_MS });
  const open = data?.count ?? 0;
  return (
    <Item
      to="/tasks"
      icon={IconInbox}
      label={w.tasks}
      right={
        open > 0 && (
          <Badge size="sm" variant="filled" circle={open < 10} aria-label={w.openTasks(open)}>
            {open > 99 ? '99+' : open}
          </Badge>
        )
      }
    />
  );
}

interface ItemProps {
  to: string;
  icon: typeof IconUser;
  label: string;
  right?: ReactNode;
}

function Item({ to, icon: Icon, label, right }: ItemProps) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isHere = path === to || path.startsWith(`${to}/`);
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
      rightSection={right}
      classNames={{ root: classes.item }}
    />
  );
}
