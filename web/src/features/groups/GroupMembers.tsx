import { useState } from 'react';
import { ActionIcon, Box, Button, Text, Title, Tooltip } from '@mantine/core';
import { IconUserMinus, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { api, call, refresh, type Schemas } from '../../api/client';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable, NothingFound, Toolbar, type Column } from '../../ui/DataTable';
import { notifyDone } from '../../ui/notify';
import { PersonLabel } from '../../ui/PersonLabel';
import { SearchInput } from '../../ui/SearchInput';
import { Empty } from '../../ui/states';
import { AddGroupMembersDialog } from './AddGroupMembersDialog';
import { words } from './words';

type Person = Schemas['Person'];

interface GroupMembersProps {
  group: Schemas['Group'];
  mayManage: boolean;
}

export function GroupMembers({ group, mayManage }: GroupMembersProps) {
  const w = useWords(words);
  const [search, setSearch] = useState('');
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Person | null>(null);
  const path = { group_id: group.id };
  const query = api.useInfiniteQuery('get', '/api/groups/{group_id}/members', { params: { path, query: { search } } }, byCursor);
  const remove = async (person: Person) => {
    await call.DELETE('/api/groups/{group_id}/members/{person_id}', { params: { path: { ...path, person_id: person.id } } });
    await refresh();
    notifyDone(w.removed(person.name));
  };

  const columns: Column<Person>[] = [
    {
      key: 'person',
      label: w.person,
      render: (person) => <PersonLabel name={person.name} hint={person.sign_in_name} isActive={person.is_active} />,
    },
  ];
  if (mayManage) {
    columns.push({
      key: 'actions',
      label: w.actions,
      width: 90,
      align: 'right',
      render: (person) => (
        <Tooltip label={w.remove}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={w.removeOf(person.name)}
            onClick={() => {
              setRemoving(person);
            }}
          >
            <IconUserMinus size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      ),
    });
  }
  const addButton = mayManage && (
    <Button
      leftSection={<IconUserPlus size={16} />}
      onClick={() => {
        setAdding(true);
      }}
    >
      {w.add}
    </Button>
  );

  return (
    <Box component="section" aria-label={w.members}>
      <Title order={2}>{w.members}</Title>
      <Text size="sm" c="dimmed" mb="md">
        {mayManage ? w.membersIntro : w.managedBy}
      </Text>
      <Toolbar right={addButton}>
        <SearchInput label={w.searchMembers} value={search} onChange={setSearch} />
      </Toolbar>
      <DataTable
        label={w.members}
        query={query}
        columns={columns}
        rowKey={(person) => person.id}
        rowTo={(person) => `/people/${person.id}`}
        empty={
          search ? (
            <NothingFound
              onClear={() => {
                setSearch('');
              }}
            />
          ) : (
            <Empty icon={<IconUsers size={24} />} title={w.emptyMembers}>
              {w.emptyMembersText}
            </Empty>
          )
        }
      />
      {isAdding && (
        <AddGroupMembersDialog
          groupId={group.id}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      {removing && (
        <ConfirmDialog
          isOpen
          onClose={() => {
            setRemoving(null);
          }}
          title={w.removeTitle(removing.name, group.name)}
          consequences={[w.removeText, w.removeRun]}
          confirmLabel={w.removeSubmit}
          onConfirm={() => remove(removing)}
        />
      )}
    </Box>
  );
}
