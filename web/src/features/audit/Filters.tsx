import { useState } from 'react';
import { Button, Collapse, Group, Pill, Select, SimpleGrid, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useMe } from '../../api/me';
import { useLanguage } from '../../lib/language';
import { oneOf } from '../../lib/search';
import { useWords } from '../../lib/words';
import { Toolbar } from '../../ui/DataTable';
import { actInWords, KNOWN_ACTS } from '../../ui/entry/acts';
import { words as entryWords } from '../../ui/entry/words';
import { SearchInput } from '../../ui/SearchInput';
import { UnitSelect } from '../../ui/UnitSelect';
import { PersonSelect } from './PersonSelect';
import { DOORS, OUTCOMES, type AuditSearch } from './search';
import { words } from './words';

interface FiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
}

/** What is looked for; all of it stands in the address. */
export function Filters({ search, onChange }: FiltersProps) {
  const w = useWords(words);
  const we = useWords(entryWords);
  const { may } = useMe();
  const hasMore = Boolean(search.person ?? search.name ?? search.door ?? search.since ?? search.until);
  const [isOpen, setOpen] = useState(hasMore);
  const isAny = Object.values(search).some(Boolean);
  const change = (changes: Partial<AuditSearch>) => {
    onChange({ ...search, ...changes });
  };
  return (
    <>
      <Toolbar>
        <SearchInput
          label={w.search}
          value={search.text ?? ''}
          onChange={(text) => {
            change({ text: text || undefined });
          }}
        />
        <Select
          aria-label={we.outcome}
          placeholder={we.anyOutcome}
          data={OUTCOMES.map((outcome) => ({ value: outcome, label: we[outcome] }))}
          value={search.outcome ?? null}
          onChange={(value) => {
            change({ outcome: oneOf(OUTCOMES, value) });
          }}
          clearable
          w={{ base: '100%', xs: 190 }}
        />
        <UnitSelect
          label={w.unit}
          anyUnit={w.anyUnit}
          only={may.read_audit.everywhere ? undefined : may.read_audit.business_unit_ids}
          value={search.unit}
          onChange={(unit) => {
            change({ unit });
          }}
        />
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconAdjustmentsHorizontal size={16} />}
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {isOpen ? w.fewerFilters : w.moreFilters}
        </Button>
        {isAny && (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => {
              onChange({});
            }}
          >
            {w.clear}
          </Button>
        )}
      </Toolbar>
      <Collapse expanded={isOpen}>
        <MoreFilters search={search} change={change} />
      </Collapse>
      <Narrowed search={search} change={change} />
    </>
  );
}

interface PartProps {
  search: AuditSearch;
  change: (changes: Partial<AuditSearch>) => void;
}

function MoreFilters({ search, change }: PartProps) {
  const w = useWords(words);
  const we = useWords(entryWords);
  const { language } = useLanguage();
  const { may } = useMe();
  const acts = [...new Set([...KNOWN_ACTS, ...(search.name ? [search.name] : [])])];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm" mb="md">
      {may.list_people && (
        <PersonSelect
          label={w.person}
          placeholder={w.anyPerson}
          value={search.person}
          onChange={(person) => {
            change({ person });
          }}
        />
      )}
      <Select
        label={w.act}
        placeholder={w.anyAct}
        data={acts.map((name) => ({ value: name, label: actInWords(name, language) }))}
        value={search.name ?? null}
        onChange={(name) => {
          change({ name: name ?? undefined });
        }}
        searchable
        clearable
      />
      <Select
        label={we.door}
        placeholder={we.anyDoor}
        data={DOORS.map((door) => ({ value: door, label: we[door] }))}
        value={search.door ?? null}
        onChange={(door) => {
          change({ door: oneOf(DOORS, door) });
        }}
        clearable
      />
      <TextInput
        type="date"
        label={w.since}
        max={search.until}
        value={search.since ?? ''}
        onChange={(event) => {
          change({ since: event.currentTarget.value || undefined });
        }}
      />
      <TextInput
        type="date"
        label={w.until}
        min={search.since}
        value={search.until ?? ''}
        onChange={(event) => {
          change({ until: event.currentTarget.value || undefined });
        }}
      />
    </SimpleGrid>
  );
}

/** What an entry was asked to be narrowed to. */
function Narrowed({ search, change }: PartProps) {
  const w = useWords(words);
  if (!search.object && !search.request) return null;
  return (
    <Group gap="xs" mb="md">
      {search.object && (
        <Pill
          withRemoveButton
          size="md"
          removeButtonProps={{ 'aria-label': w.removeFilter(w.onlyObject), 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => {
            change({ object: undefined });
          }}
        >
          {w.onlyObject}: {search.object}
        </Pill>
      )}
      {search.request && (
        <Pill
          withRemoveButton
          size="md"
          removeButtonProps={{ 'aria-label': w.removeFilter(w.onlyRequest), 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => {
            change({ request: undefined });
          }}
        >
          {w.onlyRequest}: {search.request}
        </Pill>
      )}
    </Group>
  );
}
