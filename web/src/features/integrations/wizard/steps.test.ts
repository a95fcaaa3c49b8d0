import { expect, test } from 'vitest';
import { ApiProblem } from '../../../api/problem';
import { stepOf } from './steps';

test.each([
  ['title', 'general'],
  ['access_groups.0', 'general'],
  ['document', 'configuration'],
  ['details.endpoint', 'configuration'],
  ['details.token_url', 'signIn'],
  ['credentials.value', 'signIn'],
  ['accept_responsibilities', 'responsibilities'],
  ['grants.0.grant.entries', 'rights'],
  ['something.else', null],
])('what is wrong with %s is mended in the step %s', (field, step) => {
  expect(stepOf(new ApiProblem(422, 'invalid', 'input.invalid', 'no', { field }))).toBe(step);
});

test('a taken name is a matter of the first step, though no field is named', () => {
  expect(stepOf(new ApiProblem(409, 'conflict', 'connection.name_taken', 'taken'))).toBe('general');
});
