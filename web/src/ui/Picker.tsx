import { useState } from 'react';
import { Loader, MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLanguage } from '../lib/language';
import { useWords } from '../lib/words';
import { words } from './words';

export interface Choice {
  id: string;
  name: string;
  /** Tells two of the same name apart. */
  hint?: string;
}

interface PickerProps {
  label: string;
  description?: string;
  value: Choice[];
  onChange: (chosen: Choice[]) => void;
  /** Asks the server; what it doesn't offer can't be chosen. */
  find: (search: string) => Promise<Choice[]>;
  /** Names the query, so that two pickers of one thing share what was found. */
  what: string;
  error?: string;
  required?: boolean;
}

/** Chooses people, groups and the like by name; the server is asked while one types. */
export function Picker({ label, description, value, onChange, find, what, error, required }: PickerProps) {
  const w = useWords(words);
  const { language } = useLanguage();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 200);
  const found = useQuery({
    queryKey: ['picker', what, asked, language],
    queryFn: () => find(asked),
    staleTime: 30_000,
    // What stands there can be chosen until there is something else.
    placeholderData: keepPreviousData,
  });
  const known = new Map([...(found.data ?? []), ...value].map((one) => [one.id, one]));
  return (
    <MultiSelect
      label={label}
      description={description}
      error={error}
      withAsterisk={required}
      aria-required={required}
      placeholder={value.length === 0 ? w.typeToSearch : undefined}
      data={[...known.values()].map((one) => ({ value: one.id, label: one.hint ? `${one.name} (${one.hint})` : one.name }))}
      value={value.map((one) => one.id)}
      onChange={(ids) => {
        onChange(ids.flatMap((id) => known.get(id) ?? []));
      }}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      // What the server found needs no second filter: it also looks at names that the label doesn't show.
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? w.loading : w.nothingFound}
      rightSection={found.isFetching ? <Loader size={14} /> : undefined}
      hidePickedOptions
      clearable={false}
    />
  );
}
