import { expect, test } from 'vitest';
import { placesIn, skeletonOf, withStep } from './definition';

const STEP = { name: 'Look', action: 'openapi.listTickets', connection: 'Ticket desk', args: { state: 'open' } };
const TASK = {
  Type: 'Task',
  Resource: 'connection:openapi.listTickets',
  Credentials: { Connection: 'Ticket desk' },
  Arguments: { state: 'open' },
};

test('a step at the beginning leads to what began before', () => {
  const made = withStep({ QueryLanguage: 'JSONata', StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }, STEP, null);
  expect(made).toEqual({ QueryLanguage: 'JSONata', StartAt: 'Look', States: { Look: { ...TASK, Next: 'Done' }, Done: { Type: 'Succeed' } } });
  expect(Object.keys(made.States as object)).toEqual(['Look', 'Done']);
});

test('a step after another takes over where that one led', () => {
  const one = { Type: 'Pass', Next: 'Two' };
  const two = { Type: 'Pass', End: true };
  const start = { QueryLanguage: 'JSONata', StartAt: 'One', States: { One: one, Two: two } };
  expect(placesIn(start)).toEqual(['One', 'Two']);
  expect(withStep(start, STEP, 'One').States).toEqual({ One: { Type: 'Pass', Next: 'Look' }, Look: { ...TASK, Next: 'Two' }, Two: two });
  expect(withStep(start, STEP, 'Two').States).toEqual({ One: one, Two: { Type: 'Pass', Next: 'Look' }, Look: { ...TASK, End: true } });
});

test('an empty definition gets its first state, and JSONPath its own name for arguments', () => {
  const { Arguments: args, ...rest } = TASK;
  expect(withStep({}, STEP, null)).toEqual({ StartAt: 'Look', States: { Look: { ...rest, Parameters: args, End: true } } });
});

test('what is required stands there, to be filled in', () => {
  const body = { type: 'object', required: ['subject', 'kind'], properties: { subject: { type: 'string' }, kind: { enum: ['a', 'b'] }, more: {} } };
  expect(skeletonOf({ required: ['id', 'body'], properties: { id: { type: 'integer' }, body, page: { type: 'integer' } } })).toEqual({
    id: 0,
    body: { subject: '', kind: 'a' },
  });
  expect(skeletonOf({})).toEqual({});
});

test('references lead into the schema itself, and end', () => {
  const defs = { New: { type: 'object', required: ['title', 'parent'], properties: { title: { type: 'string' }, parent: { $ref: '#/$defs/New' } } } };
  const found = skeletonOf({ required: ['body'], properties: { body: { $ref: '#/$defs/New' } }, $defs: defs });
  expect(found.body).toMatchObject({ title: '', parent: { title: '' } });
  expect(JSON.stringify(found).length).toBeLessThan(300);
});
