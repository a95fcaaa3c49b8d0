import { Select } from '@mantine/core';
import { useUnits } from '../api/choices';

interface UnitSelectProps {
  label: string;
  /** What stands there, and can be chosen, for no business unit; can't be chosen if left out. */
  noUnit?: string;
  value: string | undefined;
  onChange: (unit: string | undefined) => void;
  /** Offers only these. */
  only?: readonly string[];
}

const NONE = '';

/** Chooses the installation or one business unit, to see what holds there. */
export function UnitSelect({ label, noUnit, value, onChange, only }: UnitSelectProps) {
  const units = useUnits();
  const offered = (units.data?.items ?? []).filter(({ id }) => !only || only.includes(id));
  const choices = offered.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={noUnit ? [{ value: NONE, label: noUnit }, ...choices] : choices}
      value={value ?? (noUnit ? NONE : null)}
      onChange={(chosen) => {
        onChange(chosen || undefined);
      }}
      allowDeselect={false}
      searchable
      w={{ base: '100%', xs: 260 }}
    />
  );
}
