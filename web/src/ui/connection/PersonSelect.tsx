import { useState } from 'react';
import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useWords } from '../../lib/words';
import type { Choice } from '../Picker';
import { words as ui } from '../words';
import { findPeople } from './pick';

interface PersonSelectProps {
  label: string;
  value: Choice | null;
  onChange: (chosen: Choice | null) => void;
  /** Only people of this business unit. */
  unitId: string | undefined;
}

/** Chooses one person by name, to ask what they may do. */
export function PersonSelect({ label, value, onChange, unitId }: PersonSelectProps) {
  const w = useWords(ui);
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 200);
  // What stands in the box after choosing is the name of the chosen, not a search.
  const wanted = value && asked.startsWith(value.name) ? '' : asked;
  const found = useQuery({
    queryKey: ['person', unitId, wanted],
    queryFn: () => findPeople(wanted, unitId, 'ask'),
    staleTime: 30_000,
  });
  const known = new Map([...(found.data ?? []), ...(value ? [value] : [])].map((one) => [one.id, one]));
  return (
    <Select
      label={label}
      placeholder={w.typeToSearch}
      data={[...known.values()].map((one) => ({ value: one.id, label: one.hint ? `${one.name} (${one.hint})` : one.name }))}
      value={value?.id ?? null}
      onChange={(id) => {
        onChange(id === null ? null : (known.get(id) ?? null));
      }}
      searchable
      clearable
      searchValue={search}
      onSearchChange={setSearch}
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? w.loading : w.nothingFound}
      rightSection={found.isFetching ? <Loader size={14} /> : undefined}
    />
  );
}
