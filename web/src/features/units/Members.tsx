import { useState } from 'react';
import { ActionIcon, Box, Button, Group, Text, Title, Tooltip } from '@mantine/core';
import { IconPencil, IconUserMinus, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { api, type Schemas } from '../../api/client';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { DataTable, NothingFound, Toolbar, type Column } from '../../ui/DataTable';
import { PersonLabel } from '../../ui/PersonLabel';
import { RoleBadges } from '../../ui/RoleBadges';
import { SearchInput } from '../../ui/SearchInput';
import { Empty } from '../../ui/states';
import { AddMembersDialog } from './AddMembersDialog';
import { ChangeRolesDialog } from './ChangeRolesDialog';
import { RemoveMemberDialog } from './RemoveMemberDialog';
import { words } from './words';

type Member = Schemas['Member'];
type Doing = { what: 'add' } | { what: 'roles' | 'remove'; member: Member } | null;

interface MembersProps {
  unit: Schemas['BusinessUnit'];
  mayManage: boolean;
}

/** Who belongs to a business unit, as what. */
export function Members({ unit, mayManage }: MembersProps) {
  const w = useWords(words);
  const [search, setSearch] = useState('');
  const [doing, setDoing] = useState<Doing>(null);
  const query = api.useInfiniteQuery(
    'get',
    '/api/business-units/{unit_id}/members',
    { params: { path: { unit_id: unit.id }, query: { search } } },
    byCursor,
  );
  const stop = () => {
    setDoing(null);
  };
  const addButton = mayManage && (
    <Button
      leftSection={<IconUserPlus size={16} />}
      onClick={() => {
        setDoing({ what: 'add' });
      }}
    >
      {w.addMember}
    </Button>
  );

  const columns: Column<Member>[] = [
    {
      key: 'person',
      label: w.person,
      render: ({ person }) => <PersonLabel name={person.name} hint={person.sign_in_name} isActive={person.is_active} />,
    },
    { key: 'roles', label: w.roles, width: '38%', render: ({ roles }) => <RoleBadges roles={roles} /> },
  ];
  if (mayManage) {
    columns.push({
      key: 'actions',
      label: w.actions,
      width: 110,
      align: 'right',
      render: (member) => <RowActions member={member} onDo={setDoing} />,
    });
  }

  return (
    <Box component="section" aria-label={w.members}>
      <Title order={2}>{w.members}</Title>
      <Text size="sm" c="dimmed" mb="md">
        {mayManage ? w.membersIntro : w.membersManagedBy}
      </Text>
      <Toolbar right={addButton}>
        <SearchInput label={w.searchMembers} value={search} onChange={setSearch} />
      </Toolbar>
      <DataTable
        label={w.members}
        query={query}
        columns={columns}
        rowKey={({ person }) => person.id}
        rowTo={({ person }) => `/people/${person.id}`}
        empty={
          search ? (
            <NothingFound
              onClear={() => {
                setSearch('');
              }}
            />
          ) : (
            <Empty icon={<IconUsers size={24} />} title={w.emptyMembers}>
              {mayManage ? w.emptyMembersText : w.membersManagedBy}
            </Empty>
          )
        }
      />
      {doing?.what === 'add' && <AddMembersDialog unitId={unit.id} onClose={stop} />}
      {doing?.what === 'roles' && <ChangeRolesDialog unitId={unit.id} member={doing.member} onClose={stop} />}
      {doing?.what === 'remove' && <RemoveMemberDialog unit={unit} member={doing.member} onClose={stop} />}
    </Box>
  );
}

function RowActions({ member, onDo }: { member: Member; onDo: (doing: Doing) => void }) {
  const w = useWords(words);
  const { name, is_active: isActive } = member.person;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {isActive && (
        <Tooltip label={w.changeRoles}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={w.changeRolesOf(name)}
            onClick={() => {
              onDo({ what: 'roles', member });
            }}
          >
            <IconPencil size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label={w.remove}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={w.removeOf(name)}
          onClick={() => {
            onDo({ what: 'remove', member });
          }}
        >
          <IconUserMinus size={17} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
