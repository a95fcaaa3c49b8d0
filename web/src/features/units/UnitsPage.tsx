import { useState } from 'react';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBuilding, IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { api, call, refresh, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { DataTable, NothingFound, Toolbar, type Column } from '../../ui/DataTable';
import { NameDialog, type NameAndDescription } from '../../ui/NameDialog';
import { notifyDone } from '../../ui/notify';
import { Page } from '../../ui/Page';
import { RoleBadges } from '../../ui/RoleBadges';
import { SearchInput } from '../../ui/SearchInput';
import { Empty } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { words } from './words';

type Unit = Schemas['BusinessUnit'];

/** The business units that one may know of. */
export function UnitsPage() {
  const w = useWords(words);
  const me = useMe();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [isCreating, creating] = useDisclosure(false);
  const query = api.useInfiniteQuery('get', '/api/business-units', { params: { query: { search } } }, byCursor);
  const rolesIn = new Map(me.business_units.map((unit) => [unit.business_unit_id, unit.roles]));

  const columns: Column<Unit>[] = [
    { key: 'name', label: w.name, width: '26%', render: (unit) => unit.name },
    {
      key: 'description',
      label: w.description,
      render: (unit) => (
        <Text size="sm" c="dimmed" lineClamp={2}>
          {unit.description}
        </Text>
      ),
      onPhone: 'hidden',
    },
    { key: 'roles', label: w.yourRoles, width: '22%', render: (unit) => <RoleBadges roles={rolesIn.get(unit.id) ?? []} /> },
    { key: 'created', label: w.created, width: 160, render: (unit) => <TimeAgo at={unit.created_at} /> },
  ];

  const create = async (given: NameAndDescription) => {
    const { data } = await call.POST('/api/business-units', { body: given });
    await refresh('/api/business-units');
    notifyDone(w.createdDone(given.name));
    if (data) await navigate({ to: '/units/$unitId', params: { unitId: data.id } });
  };
  const createButton = me.may.create_business_units && (
    <Button leftSection={<IconPlus size={16} />} onClick={creating.open}>
      {w.create}
    </Button>
  );

  return (
    <Page title={w.title} description={w.intro} actions={createButton}>
      <Toolbar>
        <SearchInput label={w.search} value={search} onChange={setSearch} />
      </Toolbar>
      <DataTable
        label={w.title}
        query={query}
        columns={columns}
        rowKey={(unit) => unit.id}
        rowTo={(unit) => `/units/${unit.id}`}
        empty={
          search ? (
            <NothingFound
              onClear={() => {
                setSearch('');
              }}
            />
          ) : (
            <Empty icon={<IconBuilding size={24} />} title={w.empty} action={createButton}>
              {me.may.create_business_units ? w.emptyMay : w.emptyMayNot}
            </Empty>
          )
        }
      />
      <NameDialog
        isOpen={isCreating}
        onClose={creating.close}
        title={w.create}
        submitLabel={w.createSubmit}
        hint={w.descriptionHint}
        onSubmit={create}
      />
    </Page>
  );
}
