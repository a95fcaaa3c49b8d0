import { Select } from '@mantine/core';
import { useUnits } from '../api/choices';
import classes from './UnitSelect.module.css';

interface UnitSelectProps {
  label: string;
  /** What can be chosen beside the business units, as the installation. */
  noUnit?: string;
  /** What stands there while nothing is chosen, where that may be: of a filter. */
  anyUnit?: string;
  value: string | undefined;
  onChange: (unit: string | undefined) => void;
  /** Offers only these. */
  only?: readonly string[];
}

const NONE = '';

/** Chooses one business unit, or what else there is, to see what holds there; or narrows a list to one. */
export function UnitSelect({ label, noUnit, anyUnit, value, onChange, only }: UnitSelectProps) {
  const units = useUnits();
  const offered = (units.data?.items ?? []).filter(({ id }) => !only || only.includes(id));
  const choices = offered.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      aria-label={label}
      placeholder={anyUnit ?? label}
      data={noUnit ? [{ value: NONE, label: noUnit }, ...choices] : choices}
      value={value ?? (noUnit ? NONE : null)}
      onChange={(chosen) => {
        onChange(chosen || undefined);
      }}
      allowDeselect={false}
      clearable={anyUnit !== undefined}
      searchable
      className={classes.unit}
    />
  );
}
