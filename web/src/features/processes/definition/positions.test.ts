import { expect, test } from 'vitest';
import { jsonProblem, nearest, positionsIn } from './positions';

const TEXT = JSON.stringify({ StartAt: 'A/b', States: { 'A/b': { Type: 'Task', Catch: [{ Next: '~x' }, true] } } }, null, 2);

test('every value of a text has its line, by its pointer', () => {
  const found = positionsIn(TEXT);

  expect([...found].map(([pointer, { line }]) => [pointer, line])).toEqual([
    ['/StartAt', 2],
    ['/States/A~1b/Type', 5],
    ['/States/A~1b/Catch/0/Next', 8],
    ['/States/A~1b/Catch/0', 7],
    ['/States/A~1b/Catch/1', 10],
    ['/States/A~1b/Catch', 6],
    ['/States/A~1b', 4],
    ['/States', 3],
    ['', 1],
  ]);
  const { start, end } = found.get('/States/A~1b/Type') ?? { start: 0, end: 0 };
  expect(TEXT.slice(start, end)).toBe('"Type": "Task"');
});

test.each([
  ['/States/A~1b/Credentials', 4],
  ['/States/Nowhere/Type', 3],
  ['', 1],
])('what is missing at %s is shown where it would be', (pointer, line) => {
  expect(nearest(positionsIn(TEXT), pointer)?.line).toBe(line);
});

test('a text that is no JSON says in which line', () => {
  expect(jsonProblem('{}')).toBeNull();
  expect(jsonProblem('[]')).toEqual({ line: 1 });
  expect(jsonProblem('{\n  "a": 1\n  "b": 2\n}')).toEqual({ line: 3 });
  expect(jsonProblem('{\n  "a": "b"')?.line).toBe(2);
});
