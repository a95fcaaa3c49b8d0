import { expect, test } from 'vitest';
import { readFields } from './fields';
import { draftsOf, problemsOf, toSend } from './values';

const FIELDS = readFields({
  required: ['host', 'password'],
  properties: {
    host: { type: 'string' },
    port: { type: 'integer', default: 5432 },
    test_path: { type: 'string', default: '/' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    statuses: { anyOf: [{ type: 'array', items: { type: 'integer' } }, { type: 'null' }], default: null },
    schema: {},
    password: { type: 'string', writeOnly: true },
  },
});

test('a form begins with what is stored, else with the defaults, and never with a secret', () => {
  const drafts = draftsOf(FIELDS, { host: 'db.example.com', headers: { accept: 'text/csv' } });

  expect(drafts).toEqual({
    host: 'db.example.com',
    port: 5432,
    test_path: '/',
    headers: [{ name: 'accept', value: 'text/csv' }],
    statuses: [],
    schema: '',
    password: '',
  });
});

test('a measure beyond its bounds is noticed before it is sent', () => {
  const fields = readFields({ properties: { every: { type: 'integer', minimum: 10, maximum: 86_400, unit: 'seconds' } } });

  expect([...toSend(fields, { every: 5 }).mistakes]).toEqual([['every', 'bounds']]);
  expect(toSend(fields, { every: 60 })).toEqual({ values: { every: 60 }, mistakes: new Map() });
});

test('what is empty is not sent, and what is needed is missed', () => {
  const { values, mistakes } = toSend(FIELDS, { ...draftsOf(FIELDS), port: '' });

  expect(values).toEqual({ test_path: '/' });
  expect([...mistakes]).toEqual([
    ['host', 'required'],
    ['password', 'required'],
  ]);
});

test('an empty text is sent where the default is another', () => {
  expect(toSend(FIELDS, { host: 'a', password: 'b', test_path: '' }).values).toEqual({ host: 'a', password: 'b', test_path: '' });
});

test('lists, maps and JSON are read as what they are, or the mistake is named', () => {
  const good = toSend(FIELDS, {
    host: 'a',
    password: 'b',
    headers: [
      { name: ' accept ', value: '*/*' },
      { name: '', value: 'left out' },
    ],
    statuses: ['200', '404'],
    schema: '{"type": "object"}',
  });
  const bad = toSend(FIELDS, { host: 'a', password: 'b', statuses: ['4o4'], schema: '{' });

  expect(good.values).toMatchObject({ headers: { accept: '*/*' }, statuses: [200, 404], schema: { type: 'object' } });
  expect([...bad.mistakes]).toEqual([
    ['statuses', 'integers'],
    ['schema', 'json'],
  ]);
});

test('a secret that is set has three states: untouched is left out, cleared is null, typed is sent', () => {
  const kept = new Set(['password']);
  const send = (password: string | null) => toSend(FIELDS, { host: 'a', password }, kept);

  expect(send('')).toEqual({ values: { host: 'a' }, mistakes: new Map() });
  expect(send(null).values).toEqual({ host: 'a', password: null });
  expect(send('***').values).toEqual({ host: 'a', password: '***' });
});

test('what the server says of a field below is told at the field', () => {
  const byField = new Map([
    ['details.host', 'no such host'],
    ['details.headers.accept', 'not allowed'],
    ['credentials.password', 'too short'],
    ['credentials.2.username', 'no colon'],
  ]);

  expect([...problemsOf(byField, 'details')]).toEqual([
    ['host', 'no such host'],
    ['headers', 'not allowed'],
  ]);
  expect([...problemsOf(byField, 'credentials').keys()]).toEqual(['password', '2.username']);
});
