import type { Field } from '../../schema/fields';
import { SchemaForm } from '../../schema/SchemaForm';
import { problemsOf } from '../../schema/values';
import type { ConnectionForm } from './useConnectionForm';

interface FieldsProps {
  form: ConnectionForm;
  /** What the server found wrong, by the path of the field. */
  byField: ReadonlyMap<string, string>;
}

/** The general details; what few need is folded away. */
export function DetailsFields({ form: { details }, byField }: FieldsProps) {
  return (
    <SchemaForm
      fields={details.fields}
      drafts={details.drafts}
      onChange={details.change}
      mistakes={details.mistakes}
      problems={problemsOf(byField, 'details')}
      fold={isSeldomNeeded}
    />
  );
}

function isSeldomNeeded(field: Field): boolean {
  return field.kind === 'map' || (field.isNullable && field.kind !== 'text');
}
