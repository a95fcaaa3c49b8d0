import { useEffect, useRef } from 'react';
import { Anchor, Tabs } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { oneOf } from '../../lib/search';
import { useWords } from '../../lib/words';
import { Page } from '../../ui/Page';
import { Failed, Loading } from '../../ui/states';
import { Definition } from './definition/Definition';
import { Actions } from './detail/Actions';
import { Overview } from './detail/Overview';
import { Runs } from './detail/Runs';
import { TABS, type Tab } from './detail/tabs';
import { words } from './detail/words';
import classes from './ProcessPage.module.css';
import { ProcessState } from './ProcessState';
import { Steps } from './steps/Steps';
import { Triggers } from './triggers/Triggers';
import { Versions } from './versions/Versions';
import { words as shared } from './words';

/** One process: what it does, who may run it, and how its runs went. */
export function ProcessPage() {
  const ws = useWords(shared);
  const { processId, tab } = useParams({ from: '/shell/processes/$processId/{-$tab}' });
  const found = api.useQuery('get', '/api/processes/{process}', { params: { path: { process: processId } } });
  if (found.data) return <Shown process={found.data} tab={oneOf(TABS, tab) ?? 'overview'} />;
  return (
    <Page title={ws.process} crumbs={[{ label: ws.processes, to: '/processes' }]}>
      {found.error === null ? <Loading /> : <Failed error={found.error} onRetry={() => void found.refetch()} />}
    </Page>
  );
}

function Shown({ process, tab }: { process: Schemas['Process']; tab: Tab }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const navigate = useNavigate();
  const mayRead = process.may.includes('read_definition');
  const isOffered: Record<Tab, boolean> = {
    overview: true,
    definition: mayRead,
    steps: mayRead,
    runs: true,
    triggers: mayRead,
    versions: mayRead,
  };
  // On a phone the tabs scroll sideways; the chosen one is to be seen.
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [tab]);
  const open = (chosen: string | null) =>
    void navigate({
      to: '/processes/$processId/{-$tab}',
      params: { processId: process.id, tab: chosen === 'overview' ? undefined : (chosen ?? undefined) },
    });

  return (
    <Page
      title={process.name}
      crumbs={[{ label: ws.processes, to: '/processes' }]}
      badge={<ProcessState process={process} />}
      description={
        <>
          {process.description && `${process.description} · `}
          <Anchor component={Link} to={`/units/${process.business_unit.id}`} size="sm" underline="always">
            {process.business_unit.name}
          </Anchor>
        </>
      }
      actions={<Actions process={process} />}
    >
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List ref={list} mb="lg" className={classes.list} aria-label={w.tabs}>
          {TABS.filter((one) => isOffered[one] || one === tab).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {w[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview process={process} />
        </Tabs.Panel>
        <Tabs.Panel value="definition">
          <Definition process={process} />
        </Tabs.Panel>
        <Tabs.Panel value="steps">
          <Steps process={process} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <Runs process={process} />
        </Tabs.Panel>
        <Tabs.Panel value="triggers">
          <Triggers process={process} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions process={process} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
