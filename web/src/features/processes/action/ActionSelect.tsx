import { useState } from 'react';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { words } from './words';

/** Connections of this connector have no actions of their own: they have the methods of their document. */
export const METHODS_OF = 'openapi';

interface ActionSelectProps {
  connection: Schemas['PickableConnection'];
  /** As in `http.request` or `openapi.listTickets`. */
  value: string | undefined;
  onChange: (action: string | undefined) => void;
}

/** What a connection can do: the actions of its connector, or the methods that are granted (O5, O7). */
export function ActionSelect(props: ActionSelectProps) {
  return props.connection.connector === METHODS_OF ? <MethodSelect {...props} /> : <OwnActions {...props} />;
}

function OwnActions({ connection: { connector }, value, onChange }: ActionSelectProps) {
  const w = useWords(words);
  const found = api.useQuery('get', '/api/connectors/{connector}', { params: { path: { connector } } });
  return (
    <Select
      label={w.action}
      data={(found.data?.actions ?? []).map(({ key, title }) => ({ value: `${connector}.${key}`, label: title }))}
      value={value ?? null}
      onChange={(chosen) => {
        onChange(chosen ?? undefined);
      }}
      searchable
    />
  );
}

function MethodSelect({ connection: { id, connector }, value, onChange }: ActionSelectProps) {
  const w = useWords(words);
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 200);
  const isLabel = value !== undefined && asked !== '' && asked.startsWith(nameOf(value));
  const found = api.useQuery('get', '/api/integrations/{integration}/methods', {
    params: { path: { integration: id }, query: { granted: true, limit: 100, search: isLabel ? '' : asked } },
  });
  const methods = found.data?.items ?? [];
  const why = { allowed: '', confirmation: w.toConfirm, no: w.notYours };
  const offered = methods.map(({ name, label, use }) => ({
    value: `${connector}.${name}`,
    label: [`${name} (${label})`, why[use]].filter(Boolean).join(': '),
    disabled: use !== 'allowed',
  }));
  if (value !== undefined && !offered.some((one) => one.value === value)) {
    offered.push({ value, label: nameOf(value), disabled: false });
  }
  const isNone = found.data !== undefined && asked === '' && methods.every(({ use }) => use !== 'allowed');
  return (
    <Select
      label={w.method}
      description={isNone ? w.noMethod : w.methodText}
      placeholder={w.search}
      data={offered}
      // The server has searched, in what isn't shown, too.
      filter={({ options }) => options}
      value={value ?? null}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(chosen) => {
        onChange(chosen ?? undefined);
      }}
      searchable
      clearable
    />
  );
}

function nameOf(action: string): string {
  return action.slice(action.indexOf('.') + 1);
}
