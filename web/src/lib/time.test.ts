import { expect, test } from 'vitest';
import { duration, relativeTime } from './time';

// Of the reader's clock, wherever the test is run.
const NOW = new Date('2026-03-10T12:00:00');

test.each([
  ['2026-03-10T11:59:30', 'just now', 'gerade eben'],
  ['2026-03-10T11:55:00', '5 minutes ago', 'vor 5 Minuten'],
  ['2026-03-10T11:00:20', '1 hour ago', 'vor 1 Stunde'],
  ['2026-03-10T09:00:01', '3 hours ago', 'vor 3 Stunden'],
  ['2026-03-09T23:00:00', 'yesterday', 'gestern'],
  ['2026-03-09T00:00:01', 'yesterday', 'gestern'],
  ['2026-03-11T01:00:00', 'tomorrow', 'morgen'],
  ['2026-03-12T11:58:00', 'in 2 days', 'übermorgen'],
  ['2026-03-12T12:00:00', 'in 2 days', 'übermorgen'],
  ['2026-03-22T12:00:00', 'in 12 days', 'in 12 Tagen'],
  ['2026-02-17T12:00:00', '3 weeks ago', 'vor 3 Wochen'],
  ['2025-12-10T12:00:00', '3 months ago', 'vor 3 Monaten'],
  ['2024-03-10T00:00:00', '2 years ago', 'vor 2 Jahren'],
])('%s is said as one says it', (at, english, german) => {
  expect(relativeTime(new Date(at), NOW, 'en')).toBe(english);
  expect(relativeTime(new Date(at), NOW, 'de')).toBe(german);
});

test('what is a few hours away is not yet another day', () => {
  const night = new Date('2026-03-10T23:00:00');
  expect(relativeTime(new Date('2026-03-11T01:00:00'), night, 'en')).toBe('in 2 hours');
});

test.each([
  [240, '240 ms', '240 ms'],
  [3_250, '3.3 s', '3,3 s'],
  [250_000, '4 min 10 s', '4 min 10 s'],
  [7_200_000, '2 h', '2 h'],
  [273_600_000, '3 d 4 h', '3 d 4 h'],
])('%s milliseconds are said as one says them', (milliseconds, english, german) => {
  expect(duration(milliseconds, 'en')).toBe(english);
  expect(duration(milliseconds, 'de')).toBe(german);
});
