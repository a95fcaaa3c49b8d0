import { useMemo, type ReactNode } from 'react';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Facts } from '../../../ui/Facts';
import { hasMeaning, readFields, type Field } from '../../../ui/schema/fields';
import { words } from './words';

interface SettingsProps {
  trigger: Schemas['Trigger'];
  kind: Schemas['TriggerKindShown'];
  /** What stands before them. */
  rows: [label: string, value: ReactNode][];
}

/** How a trigger is set, in the words of its form; what is empty, or has no meaning beside the rest, is left out. */
export function Settings({ trigger, kind, rows }: SettingsProps) {
  const w = useWords(words);
  const fields = useMemo(() => readFields(kind.settings), [kind]);
  const said = (field: Field): string => {
    const value = trigger.settings[field.name];
    if (value === null || value === undefined || value === '') return '';
    if (typeof value === 'boolean') return value ? w.yes : w.no;
    if (typeof value === 'object') return Object.keys(value).length === 0 ? '' : JSON.stringify(value);
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? (field.options.find((one) => one.value === value)?.label ?? value) : '';
  };
  const shown = fields.filter((field) => hasMeaning(field, trigger.settings));
  return <Facts rows={[...rows, ...shown.map((field): [string, ReactNode] => [field.label, said(field)])]} />;
}
