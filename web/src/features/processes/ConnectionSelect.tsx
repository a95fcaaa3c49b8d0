import { Select } from '@mantine/core';
import { api, type Schemas } from '../../api/client';

type Connection = Schemas['PickableConnection'];

interface ConnectionSelectProps {
  label: string;
  description?: string;
  placeholder?: string;
  /** Said where there is none to choose. */
  none: string;
  unitId: string;
  /** Offers only connections of these. */
  connectors?: readonly string[];
  value: string | undefined;
  onChange: (chosen: Connection | undefined) => void;
}

/** Chooses one of the business unit's connections that one may design with (C8). */
export function ConnectionSelect({ label, description, placeholder, none, unitId, connectors, value, onChange }: ConnectionSelectProps) {
  const found = api.useQuery('get', '/api/pickable-connections', {
    params: { query: { business_unit_id: unitId, limit: 200 } },
  });
  const offered = (found.data?.items ?? []).filter(({ connector }) => !connectors || connectors.includes(connector));
  return (
    <Select
      label={label}
      description={found.data && offered.length === 0 ? none : description}
      placeholder={placeholder}
      data={offered.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => {
        onChange(offered.find((one) => one.id === id));
      }}
      disabled={offered.length === 0}
      searchable
      clearable
    />
  );
}
