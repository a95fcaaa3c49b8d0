import { useState } from 'react';
import { Button, SegmentedControl, Text } from '@mantine/core';
import { IconUser, IconUserPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { DataTable, NothingFound, Toolbar, type Column } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { PersonLabel } from '../../ui/PersonLabel';
import { InstallationRoleBadges } from '../../ui/RoleBadges';
import { SearchInput } from '../../ui/SearchInput';
import { Empty } from '../../ui/states';
import { TimeAgo } from '../../ui/TimeAgo';
import { UnitSelect } from '../../ui/UnitSelect';
import { AddPersonDialog } from './AddPersonDialog';
import type { PeopleSearch } from './search';
import { words } from './words';

type Person = Schemas['Person'];

/** Everybody who may sign in, or could. */
export function PeoplePage() {
  const w = useWords(words);
  const me = useMe();
  const navigate = useNavigate({ from: '/people' });
  const { search = '', unit, active } = useSearch({ from: '/shell/people' });
  const [isAdding, setAdding] = useState(false);
  const query = api.useInfiniteQuery(
    'get',
    '/api/people',
    { params: { query: { search, is_active: active !== 'no', business_unit_id: unit } } },
    byCursor,
  );
  const change = (changes: Partial<PeopleSearch>) => {
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  };

  const columns: Column<Person>[] = [
    {
      key: 'person',
      label: w.person,
      render: (person) => <PersonLabel name={person.name} hint={person.sign_in_name} isActive={person.is_active} />,
    },
    {
      key: 'email',
      label: w.email,
      width: '26%',
      onPhone: 'hidden',
      render: (person) => (
        <Text size="sm" c="dimmed" truncate>
          {person.email}
        </Text>
      ),
    },
    {
      key: 'roles',
      label: w.installationRoles,
      width: '22%',
      render: (person) => <InstallationRoleBadges roles={person.installation_roles} />,
    },
    { key: 'added', label: w.added, width: 160, render: (person) => <TimeAgo at={person.created_at} /> },
  ];

  return (
    <Page
      title={w.title}
      description={w.intro}
      actions={
        me.may.manage_people && (
          <Button
            leftSection={<IconUserPlus size={16} />}
            onClick={() => {
              setAdding(true);
            }}
          >
            {w.addPerson}
          </Button>
        )
      }
    >
      {me.may.list_people && (
        <Toolbar
          right={
            <SegmentedControl
              aria-label={w.state}
              value={active === 'no' ? 'no' : 'yes'}
              onChange={(value) => {
                change({ active: value === 'no' ? 'no' : undefined });
              }}
              data={[
                { value: 'yes', label: w.active },
                { value: 'no', label: w.deactivated },
              ]}
            />
          }
        >
          <SearchInput
            label={w.search}
            value={search}
            onChange={(text) => {
              change({ search: text || undefined });
            }}
          />
          <UnitSelect
            label={w.unitFilter}
            anyUnit={w.allUnits}
            value={unit}
            onChange={(chosen) => {
              change({ unit: chosen });
            }}
          />
        </Toolbar>
      )}
      <DataTable
        label={w.title}
        query={query}
        columns={columns}
        rowKey={(person) => person.id}
        rowTo={(person) => `/people/${person.id}`}
        empty={
          search || unit ? (
            <NothingFound
              onClear={() => {
                change({ search: undefined, unit: undefined });
              }}
            />
          ) : (
            <Empty icon={<IconUser size={24} />} title={w.empty}>
              {active === 'no' && w.emptyDeactivated}
            </Empty>
          )
        }
      />
      {isAdding && (
        <AddPersonDialog
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </Page>
  );
}
