import { useLanguage } from '../../lib/language';
import { measure } from '../../lib/measures';
import { useWords } from '../../lib/words';
import type { Field } from './fields';
import { words } from './words';

/** Says in one line what a field is filled in with, in the words of its form; empty where there is nothing to say. */
export function useSaid(): (field: Field, value: unknown) => string {
  const w = useWords(words);
  const { language } = useLanguage();
  return (field, value) => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'boolean') return value ? w.yes : w.no;
    if (typeof value === 'number' && field.unit) return measure(value, field.unit, language);
    if (Array.isArray(value)) return value.map((one) => labelOf(field, typeof one === 'string' ? one : JSON.stringify(one))).join(', ');
    if (typeof value === 'object') return Object.keys(value).length === 0 ? '' : JSON.stringify(value);
    return labelOf(field, typeof value === 'string' ? value : JSON.stringify(value));
  };
}

function labelOf(field: Field, value: string): string {
  return field.options.find((one) => one.value === value)?.label ?? value;
}
