import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useWords } from '../../lib/words';
import type { Field } from './fields';
import type { Labelling } from './labelling';
import type { Draft, Row } from './values';
import { words } from './words';

interface MapFieldProps {
  field: Field;
  common: Labelling;
  rows: Row[];
  onChange: (draft: Draft) => void;
}

/** Names and values, a row each. */
export function MapField({ field, common, rows, onChange }: MapFieldProps) {
  const w = useWords(words);
  const change = (place: number, part: Partial<Row>) => {
    onChange(rows.map((row, at) => (at === place ? { ...row, ...part } : row)));
  };
  return (
    <Input.Wrapper
      {...common}
      labelElement="div"
      role="group"
      aria-label={field.label}
      description={[common.description, field.valuesAreJson && w.valuesAreJson].filter(Boolean).join(' ') || undefined}
    >
      <Stack gap={6} mt={6} align="flex-start">
        {rows.map((row, place) => (
          <Group key={place} gap={6} wrap="nowrap" w="100%">
            <TextInput
              aria-label={w.rowName(field.label, place + 1)}
              placeholder={w.name}
              flex={1}
              value={row.name}
              spellCheck={false}
              onChange={(event) => {
                change(place, { name: event.currentTarget.value });
              }}
            />
            <TextInput
              aria-label={w.rowValue(field.label, place + 1)}
              placeholder={w.value}
              flex={2}
              value={row.value}
              spellCheck={false}
              onChange={(event) => {
                change(place, { value: event.currentTarget.value });
              }}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={w.remove(row.name || String(place + 1))}
              onClick={() => {
                onChange(rows.filter((_, at) => at !== place));
              }}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconPlus size={14} />}
          aria-label={`${w.add}: ${field.label}`}
          onClick={() => {
            onChange([...rows, { name: '', value: '' }]);
          }}
        >
          {w.add}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
