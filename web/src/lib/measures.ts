/** Sizes and spans of time, counted in bytes and seconds, as people say them in the reader's language. */

import type { Language } from './language';

export type Unit = 'bytes' | 'seconds';

/** One step of a scale, as in `megabyte`: how many bytes, or seconds, it stands for. */
export interface Step {
  name: string;
  size: number;
}

/** The smallest first; sizes by 1024, as limits are set. */
export const STEPS: Readonly<Record<Unit, readonly [Step, ...Step[]]>> = {
  bytes: [
    { name: 'byte', size: 1 },
    { name: 'kilobyte', size: 1024 },
    { name: 'megabyte', size: 1024 ** 2 },
    { name: 'gigabyte', size: 1024 ** 3 },
  ],
  seconds: [
    { name: 'second', size: 1 },
    { name: 'minute', size: 60 },
    { name: 'hour', size: 3600 },
    { name: 'day', size: 86_400 },
  ],
};

/** What is told exactly has at most so many places behind the point: 1.5 MB is said so, and 1.5 minutes are 90 seconds. */
const PLACES: Readonly<Record<Unit, number>> = { bytes: 2, seconds: 0 };

export function isUnit(value: unknown): value is Unit {
  return value === 'bytes' || value === 'seconds';
}

/** The largest step in which it can be told exactly. */
export function stepFor(amount: number, unit: Unit): Step {
  const shift = 10 ** PLACES[unit];
  const [smallest, ...larger] = STEPS[unit];
  return larger.findLast(({ size }) => amount >= size && (amount * shift) % size === 0) ?? smallest;
}

/** Exactly, as in `2 MB`, `1 minute`, `90 seconds`. */
export function measure(amount: number, unit: Unit, language: Language): string {
  const step = stepFor(amount, unit);
  return format(step, language, PLACES[unit]).format(amount / step.size);
}

/** About how much, as in `12.4 GB`. */
export function size(bytes: number, language: Language): string {
  const [smallest, ...larger] = STEPS.bytes;
  const step = larger.findLast((one) => bytes >= one.size) ?? smallest;
  return format(step, language, 1).format(bytes / step.size);
}

/** As in `MB` and `minutes`, for more than one. */
export function stepName(step: Step, language: Language): string {
  return format(step, language, 0).formatToParts(2).find(({ type }) => type === 'unit')?.value ?? step.name;
}

function format(step: Step, language: Language, places: number): Intl.NumberFormat {
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: step.name,
    unitDisplay: step.name.endsWith('byte') && step.size > 1 ? 'short' : 'long',
    maximumFractionDigits: places,
  });
}
