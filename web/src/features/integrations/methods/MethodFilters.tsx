import { Select } from '@mantine/core';
import { useWords } from '../../../lib/words';
import { effectWords } from '../../../ui/effectWords';
import { SearchInput } from '../../../ui/SearchInput';
import type { Line, MethodFilters as Filters } from './grants';
import { words } from './words';

const EFFECTS = ['read', 'write', 'destructive', 'sends_out'] as const;

interface MethodFiltersProps {
  lines: readonly Line[];
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** By what one narrows a long list of methods; offered is what there is. */
export function MethodFilters({ lines, filters, onChange }: MethodFiltersProps) {
  const w = useWords(words);
  const we = useWords(effectWords);
  const verbs = [...new Set(lines.map(({ method }) => method.verb))].sort();
  const tags = [...new Set(lines.flatMap(({ method }) => method.tags))].sort();
  const effects = EFFECTS.filter((one) => lines.some(({ method }) => method.effect === one));
  return (
    <>
      <SearchInput
        label={w.search}
        value={filters.search}
        onChange={(search) => {
          onChange({ ...filters, search });
        }}
      />
      {verbs.length > 1 && (
        <Select
          aria-label={w.anyVerb}
          placeholder={w.anyVerb}
          data={verbs}
          value={filters.verb}
          clearable
          w={130}
          onChange={(verb) => {
            onChange({ ...filters, verb });
          }}
        />
      )}
      {tags.length > 1 && (
        <Select
          aria-label={w.anyTag}
          placeholder={w.anyTag}
          data={tags}
          value={filters.tag}
          clearable
          searchable
          w={170}
          onChange={(tag) => {
            onChange({ ...filters, tag });
          }}
        />
      )}
      {effects.length > 1 && (
        <Select
          aria-label={w.anyEffect}
          placeholder={w.anyEffect}
          data={effects.map((one) => ({ value: one, label: we[one] }))}
          value={filters.effect}
          clearable
          w={170}
          onChange={(effect) => {
            onChange({ ...filters, effect });
          }}
        />
      )}
      <Select
        aria-label={w.any}
        placeholder={w.any}
        data={[
          { value: 'yes', label: w.granted },
          { value: 'no', label: w.notGranted },
          ...(lines.some(({ held }) => held) ? [{ value: 'held', label: w.heldOnly }] : []),
        ]}
        value={filters.granted}
        clearable
        w={170}
        onChange={(granted) => {
          onChange({ ...filters, granted: granted as Filters['granted'] });
        }}
      />
    </>
  );
}
