import { expect, test } from 'vitest';
import { oneOf, textOf } from './search';

test('what somebody typed into an address is taken where it fits, and left out where not', () => {
  expect(textOf('orders')).toBe('orders');
  expect(textOf('x'.repeat(500))).toHaveLength(200);
  expect([textOf(''), textOf(7), textOf(['a']), textOf(undefined)]).toEqual([undefined, undefined, undefined, undefined]);
  expect(oneOf(['mine', 'shared'], 'mine')).toBe('mine');
  expect(oneOf(['mine', 'shared'], 'everything')).toBeUndefined();
});
