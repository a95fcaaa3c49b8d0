import { expect, test } from 'vitest';
import { ApiProblem, problemOf, toProblem } from './problem';

function answer(status: number, body: unknown): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
}

test('a problem is read as the API says it', async () => {
  const problem = await problemOf(
    answer(403, {
      code: 'connection.rename_refused',
      kind: 'forbidden',
      detail: 'you are no admin of it',
      rule: 'C6',
      who_can_change: 'the connection’s admins',
      request_id: 'req_1',
    }),
  );

  expect(problem).toMatchObject({ status: 403, kind: 'forbidden', code: 'connection.rename_refused' });
  expect([problem.rule, problem.whoCanChange, problem.requestId]).toEqual(['C6', 'the connection’s admins', 'req_1']);
  expect(problem.isRetryable).toBe(false);
});

test('several problems of a form stand at their fields, and so does a single one', async () => {
  const several = await problemOf(
    answer(422, {
      code: 'input.invalid',
      kind: 'invalid',
      detail: 'two fields',
      problems: [
        { field: 'details.port', message: 'too large' },
        { field: 'name', message: 'needed' },
      ],
    }),
  );
  const single = await problemOf(answer(409, { code: 'name.taken', kind: 'conflict', detail: 'it is taken', field: 'name' }));

  expect([...several.byField]).toEqual([
    ['details.port', 'Too large.'],
    ['name', 'Needed.'],
  ]);
  expect([...single.byField]).toEqual([['name', 'It is taken.']]);
});

test('beside its field a message does not begin with the name of it', async () => {
  const said = { code: 'password.unfit', kind: 'invalid', detail: 'new_password must have 12 characters', field: 'new_password' };
  const short = await problemOf(answer(422, said));
  const far = await problemOf(answer(422, { ...said, detail: 'details.path: there is no such file', field: 'details.path' }));

  expect(short.byField.get('new_password')).toBe('Must have 12 characters.');
  expect(far.byField.get('details.path')).toBe('There is no such file.');
});

test('what a proxy answers is told, too', async () => {
  const problem = await problemOf(answer(502, '<html>Bad Gateway</html>'));

  expect(problem).toMatchObject({ status: 502, kind: 'unexpected', code: 'http.502' });
});

test('whatever is thrown becomes a problem, and a problem stays itself', () => {
  const problem = new ApiProblem(404, 'not_found', 'group.unknown', 'there is no such group');

  expect(toProblem(problem)).toBe(problem);
  expect(toProblem(new Error('no')).detail).toBe('no');
  expect(toProblem('no').kind).toBe('unexpected');
});
