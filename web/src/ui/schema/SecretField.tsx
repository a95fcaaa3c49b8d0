import { Anchor, Group, PasswordInput, Text, Textarea } from '@mantine/core';
import { useWords } from '../../lib/words';
import type { Field } from './fields';
import type { Labelling } from './labelling';
import type { Draft } from './values';
import { words } from './words';

interface SecretFieldProps {
  field: Field;
  common: Labelling;
  draft: Draft;
  onChange: (draft: Draft) => void;
  isKept: boolean;
}

/** Written, never read back (C2): what is set can be kept, replaced or, where it is optional, cleared. */
export function SecretField({ field, common, draft, onChange, isKept }: SecretFieldProps) {
  const w = useWords(words);
  const isCleared = isKept && draft === null;
  const text = typeof draft === 'string' ? draft : '';
  const clearing = isKept && field.isNullable && (
    <Group gap={6} mt={4}>
      {isCleared && (
        <Text size="xs" c="dimmed">
          {w.isCleared}
        </Text>
      )}
      <Anchor
        component="button"
        type="button"
        size="xs"
        onClick={() => {
          onChange(isCleared ? '' : null);
        }}
      >
        {isCleared ? w.undoClear : w.clear(field.label)}
      </Anchor>
    </Group>
  );
  const shared = {
    ...common,
    placeholder: isKept && !isCleared ? w.keep : undefined,
    disabled: isCleared,
    spellCheck: false,
    // Mantine tells it of texts, and not of passwords.
    'aria-invalid': common.error !== undefined,
    value: text,
    // For password managers: nothing to remember, and nothing to fill in.
    'data-1p-ignore': true,
    'data-lpignore': 'true',
    onChange: (event: { currentTarget: { value: string } }) => {
      onChange(event.currentTarget.value);
    },
  };
  return (
    <div>
      {field.isMultiline ? (
        <Textarea {...shared} autoComplete="off" autosize minRows={4} maxRows={12} ff="monospace" />
      ) : (
        <PasswordInput {...shared} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': w.show }} />
      )}
      {clearing}
    </div>
  );
}
