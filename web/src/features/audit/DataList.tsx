import { Code } from '@mantine/core';
import { useLanguage } from '../../lib/language';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { recordedLabel } from '../../ui/recorded';
import { words } from './words';

interface DataListProps {
  data: Record<string, unknown>;
  /** What the ids in it are called now. */
  names: Record<string, string>;
}

/** What was recorded besides, as names and values; ids that have a name are shown with it. */
export function DataList({ data, names }: DataListProps) {
  const w = useWords(words);
  const { language } = useLanguage();

  const inWords = (value: unknown): string => {
    if (value === null || value === undefined) return '–';
    if (typeof value === 'boolean') return value ? w.yes : w.no;
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return names[value] ?? (value || '–');
    if (Array.isArray(value)) return value.map(inWords).join(', ') || w.none;
    return JSON.stringify(value);
  };

  return (
    <Facts
      rows={Object.entries(data).map(([key, value]) => [
        recordedLabel(key, language),
        isObject(value) ? <Code block>{JSON.stringify(value, null, 2)}</Code> : inWords(value),
      ])}
    />
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
