import { JsonInput, MultiSelect, NumberInput, Select, Stack, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useWords } from '../../lib/words';
import type { Field, Option } from './fields';
import { FileField } from './FileField';
import { MapField } from './MapField';
import { MeasureField } from './MeasureField';
import { SecretField } from './SecretField';
import type { Labelling } from './labelling';
import type { Draft, FileDraft, Row } from './values';
import { words } from './words';

export interface FieldInputProps {
  field: Field;
  draft: Draft;
  onChange: (draft: Draft) => void;
  error: string | undefined;
  /** It is set and stays so if nothing is entered. */
  isKept: boolean;
}

/** One field, drawn as what it is. */
export function FieldInput({ field, draft, onChange, error, isKept }: FieldInputProps) {
  const w = useWords(words);
  const common = {
    label: field.label,
    description: field.description || undefined,
    error,
    required: field.isRequired && !isKept,
  };
  const text = typeof draft === 'string' ? draft : '';
  const placeholder = isKept ? w.keep : field.example || undefined;

  switch (field.kind) {
    case 'secret':
      return <SecretField field={field} common={common} draft={draft} onChange={onChange} isKept={isKept} />;
    case 'lines':
      return (
        <Textarea
          {...common}
          placeholder={placeholder}
          autosize
          minRows={3}
          maxRows={14}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--mantine-font-size-xs)' } }}
          value={text}
          spellCheck={false}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      );
    case 'number':
      if (field.unit) return <MeasureField field={field} unit={field.unit} common={common} draft={draft} onChange={onChange} />;
      return (
        <NumberInput
          {...common}
          placeholder={placeholder}
          min={field.min}
          max={field.max}
          clampBehavior="none"
          allowDecimal={!field.isInteger}
          hideControls
          value={typeof draft === 'number' ? draft : text}
          onChange={onChange}
          styles={{ wrapper: { maxWidth: 220 } }}
        />
      );
    case 'switch':
      return field.isNullable ? (
        <Select
          {...common}
          placeholder={w.unset}
          data={[
            { value: 'true', label: w.yes },
            { value: 'false', label: w.no },
          ]}
          clearable
          value={typeof draft === 'boolean' ? String(draft) : null}
          onChange={(value) => {
            onChange(value === null ? undefined : value === 'true');
          }}
          maw={220}
        />
      ) : (
        <Switch
          label={field.label}
          description={common.description}
          error={error}
          checked={draft === true}
          onChange={(event) => {
            onChange(event.currentTarget.checked);
          }}
        />
      );
    case 'choice':
      return <ChoiceField field={field} common={common} value={text} onChange={onChange} />;
    case 'map':
      return <MapField field={field} common={common} rows={(draft ?? []) as Row[]} onChange={onChange} />;
    case 'list':
      return <ListField field={field} common={common} items={(draft ?? []) as string[]} onChange={onChange} />;
    case 'file':
      return <FileField common={common} file={(draft ?? null) as FileDraft | null} onChange={onChange} />;
    case 'json':
      return (
        <JsonInput
          {...common}
          description={[field.description, w.asJson].filter(Boolean).join(' ')}
          placeholder={placeholder}
          autosize
          minRows={3}
          maxRows={14}
          value={text}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          type={field.kind === 'date' ? 'date' : 'text'}
          placeholder={placeholder}
          maxLength={field.maxLength}
          spellCheck={false}
          // Who is asked for here is seldom the person at the browser.
          autoComplete="off"
          data-1p-ignore
          value={text}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      );
  }
}

interface ChoiceFieldProps {
  field: Field;
  common: Labelling;
  value: string;
  onChange: (draft: Draft) => void;
}

/** What the chosen value means is said below it; what the others mean, in the list. */
function ChoiceField({ field, common, value, onChange }: ChoiceFieldProps) {
  const chosen = field.options.find((one) => one.value === value);
  const isExplained = field.options.some((one) => one.explanation);
  const byValue = new Map(field.options.map((one): [string, Option] => [one.value, one]));
  return (
    <Select
      {...common}
      description={[field.description, chosen?.explanation].filter(Boolean).join(' ') || undefined}
      inputWrapperOrder={isExplained ? ['label', 'input', 'description', 'error'] : undefined}
      data={field.options.map((one) => ({ value: one.value, label: one.label }))}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <Text size="sm">{option.label}</Text>
          {byValue.get(option.value)?.explanation && (
            <Text size="xs" c="dimmed">
              {byValue.get(option.value)?.explanation}
            </Text>
          )}
        </Stack>
      )}
      allowDeselect={!field.isRequired && field.preset === undefined}
      value={value || null}
      onChange={(chosenNow) => {
        onChange(chosenNow ?? '');
      }}
    />
  );
}

interface ListFieldProps {
  field: Field;
  common: Labelling;
  items: string[];
  onChange: (draft: Draft) => void;
}

function ListField({ field, common, items, onChange }: ListFieldProps) {
  const w = useWords(words);
  if (field.options.length > 0) {
    return (
      <MultiSelect
        {...common}
        data={field.options.map((one) => ({ value: one.value, label: one.label }))}
        value={items}
        onChange={onChange}
      />
    );
  }
  return (
    <TagsInput
      {...common}
      placeholder={items.length === 0 ? w.typeAndEnter : undefined}
      value={items}
      onChange={onChange}
      acceptValueOnBlur
      splitChars={field.itemsAre === 'integer' ? [',', ' '] : [';']}
    />
  );
}
