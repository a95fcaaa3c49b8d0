import { expect, test } from 'vitest';
import { relativeTime } from './time';

const NOW = new Date('2026-03-10T12:00:00Z');

test.each([
  ['2026-03-10T11:59:30Z', 'just now', 'gerade eben'],
  ['2026-03-10T11:55:00Z', '5 minutes ago', 'vor 5 Minuten'],
  ['2026-03-10T09:00:01Z', '2 hours ago', 'vor 2 Stunden'],
  ['2026-03-09T12:00:00Z', 'yesterday', 'gestern'],
  ['2026-03-12T12:00:00Z', 'in 2 days', 'übermorgen'],
  ['2024-03-10T00:00:00Z', '2 years ago', 'vor 2 Jahren'],
])('%s is said as one says it', (at, english, german) => {
  expect(relativeTime(new Date(at), NOW, 'en')).toBe(english);
  expect(relativeTime(new Date(at), NOW, 'de')).toBe(german);
});
