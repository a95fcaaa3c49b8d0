import { Anchor } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { oneOf } from '../../lib/search';
import { useWords } from '../../lib/words';
import { Page } from '../../ui/Page';
import { PageTabs } from '../../ui/PageTabs';
import { Failed, Loading } from '../../ui/states';
import { Definition } from './definition/Definition';
import { Actions } from './detail/Actions';
import { Overview } from './detail/Overview';
import { Runs } from './detail/Runs';
import { TABS, type Tab } from './detail/tabs';
import { words } from './detail/words';
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
      <PageTabs
        label={w.tabs}
        order={TABS}
        chosen={tab}
        onChoose={(chosen) => void navigate({ to: '/processes/$processId/{-$tab}', params: { processId: process.id, tab: chosen } })}
        parts={{
          overview: { label: w.overview, content: <Overview process={process} /> },
          definition: { label: w.definition, isOffered: mayRead, content: <Definition process={process} /> },
          steps: { label: w.steps, isOffered: mayRead, content: <Steps process={process} /> },
          runs: { label: w.runs, content: <Runs process={process} /> },
          triggers: { label: w.triggers, isOffered: mayRead, content: <Triggers process={process} /> },
          versions: { label: w.versions, isOffered: mayRead, content: <Versions process={process} /> },
        }}
      />
    </Page>
  );
}
