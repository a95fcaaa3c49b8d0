import { Select } from '@mantine/core';
import { useWords } from '../../../lib/words';
import { SearchInput } from '../../../ui/SearchInput';
import { stateWords } from '../../../ui/StateBadge';
import { useConnectors, useUnits } from '../../../ui/connection/catalogue';
import { STATES, type ConnectionsSearch } from '../search';
import { words as shared } from '../../../ui/connection/words';
import { UnitSelect } from '../../../ui/UnitSelect';
import classes from './Filters.module.css';
import { words } from './words';

interface FiltersProps {
  search: ConnectionsSearch;
  onChange: (part: Partial<ConnectionsSearch>) => void;
}

/** What the list is narrowed to; it stands in the address. */
export function Filters({ search, onChange }: FiltersProps) {
  const w = useWords(words);
  const ws = useWords(shared);
  const states = useWords(stateWords);
  const units = useUnits();
  const connectors = useConnectors();
  const one = { clearable: true, className: classes.filter };
  return (
    <>
      <SearchInput
        label={w.search}
        value={search.search ?? ''}
        onChange={(text) => {
          onChange({ search: text || undefined });
        }}
      />
      <Select
        {...one}
        aria-label={ws.health}
        placeholder={w.anyState}
        data={STATES.map((state) => ({ value: state, label: states[state] }))}
        value={search.state ?? null}
        onChange={(state) => {
          onChange({ state: state ?? undefined });
        }}
      />
      <Select
        {...one}
        aria-label={ws.connector}
        placeholder={w.anyConnector}
        data={connectors.map(({ key, title }) => ({ value: key, label: title }))}
        value={search.connector ?? null}
        onChange={(connector) => {
          onChange({ connector: connector ?? undefined });
        }}
      />
      {units.length > 1 && (
        <UnitSelect
          label={ws.unit}
          anyUnit={w.anyUnit}
          value={search.unit}
          onChange={(unit) => {
            onChange({ unit });
          }}
        />
      )}
      <Select
        {...one}
        aria-label={w.whose}
        placeholder={w.anybody}
        data={[
          { value: 'mine', label: w.mine },
          { value: 'shared', label: w.shared },
        ]}
        value={search.whose ?? null}
        onChange={(whose) => {
          onChange({ whose: whose ?? undefined });
        }}
      />
    </>
  );
}
