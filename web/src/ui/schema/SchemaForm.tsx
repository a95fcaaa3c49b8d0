import { useState } from 'react';
import { Button, Collapse, Stack } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useWords } from '../../lib/words';
import { FieldInput } from './FieldInput';
import type { Field } from './fields';
import type { Draft, Drafts, Mistake } from './values';
import { words } from './words';

interface SchemaFormProps {
  fields: readonly Field[];
  drafts: Drafts;
  onChange: (drafts: Drafts) => void;
  /** What the server said, by the name of the field. */
  problems?: ReadonlyMap<string, string>;
  /** What this form said, by the name of the field. */
  mistakes?: ReadonlyMap<string, Mistake>;
  /** Secrets that are set, and stay so if nothing is entered. */
  kept?: ReadonlySet<string>;
  /** Which fields are under `more settings`; none if left out. */
  fold?: (field: Field, place: number) => boolean;
}

/** A form as a JSON schema declares it: nothing in it is written for one connector. */
export function SchemaForm({ fields, drafts, onChange, problems, mistakes, kept, fold }: SchemaFormProps) {
  const w = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const errorOf = (name: string) => {
    const mistake = mistakes?.get(name);
    return problems?.get(name) ?? (mistake && w[mistake]);
  };
  const isFolded = (field: Field, place: number) => !field.isRequired && (fold?.(field, place) ?? false);
  const folded = fields.filter(isFolded);
  // What is wrong must not hide.
  const mustOpen = folded.some(({ name }) => errorOf(name) !== undefined);

  const show = (field: Field) => (
    <FieldInput
      key={field.name}
      field={field}
      draft={drafts[field.name]}
      isKept={kept?.has(field.name) ?? false}
      error={errorOf(field.name)}
      onChange={(draft: Draft) => {
        onChange({ ...drafts, [field.name]: draft });
      }}
    />
  );

  return (
    <Stack gap="md">
      {fields.filter((field, place) => !isFolded(field, place)).map(show)}
      {folded.length > 0 && (
        <>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            ml={-8}
            style={{ alignSelf: 'flex-start' }}
            aria-expanded={isOpen || mustOpen}
            leftSection={isOpen || mustOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            {w.more(folded.length)}
          </Button>
          <Collapse expanded={isOpen || mustOpen}>
            <Stack gap="md">{folded.map(show)}</Stack>
          </Collapse>
        </>
      )}
    </Stack>
  );
}
