import { useState } from 'react';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { api } from '../../api/client';

interface PersonSelectProps {
  label: string;
  placeholder: string;
  value: string | undefined;
  onChange: (person: string | undefined) => void;
}

/** One person, also a deactivated one: what somebody did stays in the record. */
export function PersonSelect({ label, placeholder, value, onChange }: PersonSelectProps) {
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, 200);
  const found = api.useQuery('get', '/api/people', { params: { query: { search: asked, limit: 20 } } });
  const chosen = api.useQuery(
    'get',
    '/api/people/{person_id}',
    { params: { path: { person_id: value ?? '' } } },
    { enabled: value !== undefined },
  );
  const people = new Map([...(found.data?.items ?? []), ...(chosen.data ? [chosen.data] : [])].map((one) => [one.id, one.name]));
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={[...people].map(([id, name]) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(person) => {
        onChange(person ?? undefined);
      }}
      searchable
      onSearchChange={setTyped}
      clearable
    />
  );
}
