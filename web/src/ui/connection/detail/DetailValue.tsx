import { Code, Text } from '@mantine/core';
import { useWords } from '../../../lib/words';
import type { Field } from '../../schema/fields';
import { useSaid } from '../../schema/said';
import { words } from './words';

/** One of the general details, as its declaration says what it is. */
export function DetailValue({ field, value }: { field: Field; value: unknown }) {
  const w = useWords(words);
  const said = useSaid();
  if (value === null || value === undefined || value === '') {
    return (
      <Text size="sm" c="dimmed" span>
        {w.isNotSet}
      </Text>
    );
  }
  if (typeof value === 'object') {
    const rows = Object.entries(value).map(([name, one]) => `${name}: ${String(one)}`);
    return rows.length > 0 ? <Code block>{rows.join('\n')}</Code> : <>–</>;
  }
  const text = said(field, value);
  if (field.isMultiline) {
    return (
      <Code block mah={160} tabIndex={0}>
        {text}
      </Code>
    );
  }
  return <>{text}</>;
}
