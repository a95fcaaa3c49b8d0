import { useState } from 'react';
import { NativeSelect, NumberInput } from '@mantine/core';
import { useLanguage } from '../../lib/language';
import { measure, stepFor, stepName, STEPS, type Step, type Unit } from '../../lib/measures';
import { useWords } from '../../lib/words';
import { isBounded, type Field } from './fields';
import type { Labelling } from './labelling';
import type { Draft } from './values';
import { words } from './words';

interface MeasureFieldProps {
  field: Field;
  unit: Unit;
  common: Labelling;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

/** What is in the field: as somebody types it, not as it is counted. */
interface Entered {
  amount: number | '';
  step: Step;
}

/** A size or a span of time, in the unit that one likes; its draft is in the unit of the declaration. */
export function MeasureField({ field, unit, common, draft, onChange }: MeasureFieldProps) {
  const w = useWords(words);
  const { language } = useLanguage();
  const [typed, setTyped] = useState<Entered>(() => enteredOf(draft, field, unit));
  const entered = countOf(typed) === draft ? typed : enteredOf(draft, field, unit);
  const enter = (now: Entered) => {
    setTyped(now);
    onChange(countOf(now));
  };
  const bounds = isBounded(field) ? w.between(measure(field.min, unit, language), measure(field.max, unit, language)) : '';
  return (
    <NumberInput
      {...common}
      description={[field.description, bounds].filter(Boolean).join(' ') || undefined}
      min={0}
      clampBehavior="none"
      decimalSeparator={language === 'de' ? ',' : '.'}
      allowedDecimalSeparators={['.', ',']}
      hideControls
      value={entered.amount}
      onChange={(amount) => {
        enter({ ...entered, amount: typeof amount === 'number' ? amount : '' });
      }}
      styles={{ wrapper: { maxWidth: 240 } }}
      rightSectionWidth={124}
      rightSection={
        <NativeSelect
          aria-label={w.unitOf(field.label)}
          variant="unstyled"
          w="100%"
          rightSectionWidth={30}
          styles={{ input: { paddingInlineStart: 12, borderInlineStart: '1px solid var(--jf-line)' } }}
          data={STEPS[unit].map((step) => ({ value: step.name, label: stepName(step, language) }))}
          value={entered.step.name}
          onChange={({ currentTarget }) => {
            const step = STEPS[unit].find(({ name }) => name === currentTarget.value);
            if (step) enter({ ...entered, step });
          }}
        />
      }
    />
  );
}

function enteredOf(draft: Draft, field: Field, unit: Unit): Entered {
  if (typeof draft === 'number') {
    const step = stepFor(draft, unit);
    return { amount: draft / step.size, step };
  }
  return { amount: '', step: stepFor(typeof field.preset === 'number' ? field.preset : 1, unit) };
}

function countOf({ amount, step }: Entered): Draft {
  return amount === '' ? '' : Math.round(amount * step.size);
}
