import { useState } from 'react';
import { Button, Select, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { ConnectorIcon } from '../../ui/ConnectorIcon';
import { Toolbar } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchInput } from '../../ui/SearchInput';
import { Empty } from '../../ui/states';
import { useUnits } from '../../ui/connection/catalogue';
import { Connected } from './create/Connected';
import { CreateForm } from './create/CreateForm';
import { Gallery } from './create/Gallery';
import { words } from './create/words';
import { reaches } from './rights';
import { words as shared } from '../../ui/connection/words';

/** Choose a connector, fill in, create: then it is connected, or one sees why not (C1). */
export function NewConnectionPage() {
  const w = useWords(words);
  const ws = useWords(shared);
  const search = useSearch({ from: '/shell/connections/new' });
  const { create_connections: reach } = useMe().may;
  const units = useUnits().filter(({ id }) => reaches(reach, id));
  const unitId = search.unit ?? units[0]?.id;
  const crumbs = [{ label: ws.connections, to: '/connections' }];

  if (!reach.everywhere && reach.business_unit_ids.length === 0) {
    return (
      <Page title={w.title} crumbs={crumbs}>
        <Empty
          icon={<IconLock size={24} />}
          title={w.mayNot}
          action={
            <Button component={Link} to="/connections" variant="default">
              {ws.connections}
            </Button>
          }
        >
          {w.mayNotText}
        </Empty>
      </Page>
    );
  }
  return search.connector ? (
    <Filling key={search.connector} connector={search.connector} units={units} unitId={unitId} />
  ) : (
    <Choosing units={units} unitId={unitId} />
  );
}

interface StepProps {
  units: { id: string; name: string }[];
  unitId: string | undefined;
}

function Choosing({ units, unitId }: StepProps) {
  const w = useWords(words);
  const ws = useWords(shared);
  const navigate = useNavigate({ from: '/connections/new' });
  const [text, setText] = useState('');
  return (
    <Page title={w.title} crumbs={[{ label: ws.connections, to: '/connections' }]} description={w.choose}>
      <Toolbar
        right={
          units.length > 1 && (
            <>
              <Text size="sm" c="dimmed" aria-hidden>
                {w.forUnit}
              </Text>
              <Select
                aria-label={w.forUnit}
                data={units.map(({ id, name }) => ({ value: id, label: name }))}
                value={unitId ?? null}
                allowDeselect={false}
                onChange={(chosen) => void navigate({ search: { unit: chosen ?? undefined }, replace: true })}
              />
            </>
          )
        }
      >
        <SearchInput label={w.search} value={text} onChange={setText} />
      </Toolbar>
      <Gallery unitId={unitId} search={text} />
    </Page>
  );
}

function Filling({ connector: key, units, unitId }: StepProps & { connector: string }) {
  const w = useWords(words);
  const ws = useWords(shared);
  const navigate = useNavigate({ from: '/connections/new' });
  const [connected, setConnected] = useState<Schemas['Connection'] | null>(null);
  const found = api.useQuery('get', '/api/connectors/{connector}', {
    params: { path: { connector: key }, query: { business_unit_id: unitId } },
  }, { placeholderData: (before) => before });
  const crumbs = [
    { label: ws.connections, to: '/connections' },
    { label: w.title, to: '/connections/new' },
  ];
  return (
    <Page
      title={found.data ? w.titleOf(found.data.title) : w.title}
      crumbs={crumbs}
      icon={<ConnectorIcon connector={key} size={30} />}
      description={found.data?.description}
      width="narrow"
    >
      <QueryView query={found}>
        {(connector) =>
          connected ? (
            <Connected
              connection={connected}
              onAnother={() => {
                setConnected(null);
              }}
            />
          ) : (
            <CreateForm
              connector={connector}
              units={units}
              unitId={unitId}
              onUnit={(unit) => void navigate({ search: { connector: key, unit }, replace: true })}
              onConnected={(connection) => {
                setConnected(connection);
                window.scrollTo({ top: 0 });
              }}
            />
          )
        }
      </QueryView>
    </Page>
  );
}
