import { expect, test } from 'vitest';
import { initials } from './initials';

test.each([
  ['Anna Berg', 'AB'],
  ['Anna Maria von Berg', 'AM'],
  ['admin', 'AD'],
  ['X', 'X'],
  ['🎉 Émile Emoji 🎈', 'ÉE'],
  ['🎉🎈', '🎉'],
  ['שרה כהן', 'שכ'],
  ['  ', ''],
])('the initials of %j are %j', (name, expected) => {
  expect(initials(name)).toBe(expected);
});
