import { useMemo, type ReactNode } from 'react';
import type { Schemas } from '../../../api/client';
import { Facts } from '../../../ui/Facts';
import { hasMeaning, readFields } from '../../../ui/schema/fields';
import { useSaid } from '../../../ui/schema/said';

interface SettingsProps {
  trigger: Schemas['Trigger'];
  kind: Schemas['TriggerKindShown'];
  /** What stands before them. */
  rows: [label: string, value: ReactNode][];
}

/** How a trigger is set, in the words of its form; what is empty, or has no meaning beside the rest, is left out. */
export function Settings({ trigger, kind, rows }: SettingsProps) {
  const said = useSaid();
  const fields = useMemo(() => readFields(kind.settings), [kind]);
  const shown = fields.filter((field) => hasMeaning(field, trigger.settings));
  return <Facts rows={[...rows, ...shown.map((field): [string, ReactNode] => [
    field.label,
    said(field, trigger.settings[field.name]),
  ])]} />;
}
