import { useState } from 'react';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { api, call, refresh, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { DataTable, NothingFound, Toolbar, type Column } from '../../ui/DataTable';
import { NameDialog, type NameAndDescription } from '../../ui/NameDialog';
import { notifyDone } from '../../ui/notify';
import { Page } from '../../ui/Page';
import { SearchInput } from '../../ui/SearchInput';
import { Empty } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { words } from './words';

type Group = Schemas['Group'];

export function GroupsPage() {
  const w = useWords(words);
  const me = useMe();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [isCreating, creating] = useDisclosure(false);
  const query = api.useInfiniteQuery('get', '/api/groups', { params: { query: { search } } }, byCursor);

  const columns: Column<Group>[] = [
    { key: 'name', label: w.name, width: '28%', render: (group) => group.name },
    {
      key: 'description',
      label: w.description,
      onPhone: 'hidden',
      render: (group) => (
        <Text size="sm" c="dimmed" lineClamp={2}>
          {group.description}
        </Text>
      ),
    },
    { key: 'created', label: w.created, width: 160, render: (group) => <TimeAgo at={group.created_at} /> },
  ];

  const create = async (given: NameAndDescription) => {
    const { data } = await call.POST('/api/groups', { body: given });
    await refresh('/api/groups');
    notifyDone(w.createdDone(given.name));
    if (data) await navigate({ to: '/groups/$groupId', params: { groupId: data.id } });
  };
  const createButton = me.may.manage_groups && (
    <Button leftSection={<IconPlus size={16} />} onClick={creating.open}>
      {w.create}
    </Button>
  );

  return (
    <Page title={w.title} description={w.intro} actions={createButton}>
      {me.may.list_groups && (
        <Toolbar>
          <SearchInput label={w.search} value={search} onChange={setSearch} />
        </Toolbar>
      )}
      <DataTable
        label={w.title}
        query={query}
        columns={columns}
        rowKey={(group) => group.id}
        rowTo={(group) => `/groups/${group.id}`}
        empty={
          search ? (
            <NothingFound
              onClear={() => {
                setSearch('');
              }}
            />
          ) : (
            <Empty icon={<IconUsersGroup size={24} />} title={w.empty} action={createButton}>
              {me.may.manage_groups ? w.emptyMay : w.emptyMayNot}
            </Empty>
          )
        }
      />
      <NameDialog
        isOpen={isCreating}
        onClose={creating.close}
        title={w.create}
        submitLabel={w.create}
        hint={w.descriptionHint}
        onSubmit={create}
      />
    </Page>
  );
}
