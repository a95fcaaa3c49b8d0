import { expect, test } from 'vitest';
import { measure, size, stepFor, stepName, STEPS } from './measures';

test.each([
  [2_097_152, '2 MB', '2 MB'],
  [1_572_864, '1.5 MB', '1,5 MB'],
  [1024, '1 kB', '1 kB'],
  [1, '1 byte', '1\u00a0Byte'],
  [999_999, '999,999 bytes', '999.999 Byte'],
])('%s bytes are said as one says them, and exactly', (bytes, english, german) => {
  expect(measure(bytes, 'bytes', 'en')).toBe(english);
  expect(measure(bytes, 'bytes', 'de')).toBe(german);
});

test.each([
  [60, '1 minute', '1 Minute'],
  [90, '90 seconds', '90 Sekunden'],
  [86_400, '1 day', '1 Tag'],
  [0, '0 seconds', '0 Sekunden'],
])('%s seconds are said as one says them', (seconds, english, german) => {
  expect(measure(seconds, 'seconds', 'en')).toBe(english);
  expect(measure(seconds, 'seconds', 'de')).toBe(german);
});

test('what is told exactly comes back exactly', () => {
  for (const amount of [1, 1000, 1_000_000, 1_572_864, 5_242_880, 10_485_760]) {
    const step = stepFor(amount, 'bytes');
    expect(Math.round(Number((amount / step.size).toFixed(2)) * step.size)).toBe(amount);
  }
});

test('how much there is about is told with one place', () => {
  expect([size(13_314_398_618, 'en'), size(2_500_000, 'de'), size(12, 'en')]).toEqual(['12.4 GB', '2,4 MB', '12 bytes']);
});

test('steps have names in both languages', () => {
  expect(STEPS.seconds.map((step) => stepName(step, 'de'))).toEqual(['Sekunden', 'Minuten', 'Stunden', 'Tage']);
  expect(STEPS.bytes.map((step) => stepName(step, 'en'))).toEqual(['bytes', 'kB', 'MB', 'GB']);
});
