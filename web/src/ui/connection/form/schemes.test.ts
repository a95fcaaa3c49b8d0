import { expect, test } from 'vitest';
import type { Schemas } from '../../../api/client';
import { carriedFields, fieldsOfScheme, labelsOfScheme, putTogether, takeApart, titleOfScheme } from './schemes';

const CONNECTOR = {
  schemes: [
    { key: 'key', title: 'API key', credentials: { properties: { value: { type: 'string', title: 'Key', writeOnly: true } }, required: ['value'] } },
    { key: 'basic', title: 'User and password', credentials: { properties: { username: { type: 'string', title: 'User' } } } },
  ],
} as unknown as Schemas['Connector'];

test('what is joined has the fields of all, each with the number of its part', () => {
  expect(fieldsOfScheme(CONNECTOR, 'basic').map(({ name }) => name)).toEqual(['username']);
  expect(fieldsOfScheme(CONNECTOR, 'key+basic+key').map(({ name }) => name)).toEqual(['1.value', '2.username', '3.value']);
  expect(titleOfScheme(CONNECTOR, 'key+basic')).toBe('API key, User and password');
  expect([...labelsOfScheme(CONNECTOR, 'key+basic')]).toEqual([
    ['1.value', 'API key: Key'],
    ['2.username', 'User and password: User'],
  ]);
});

test('what was typed goes with its part when others come and go', () => {
  const parts = takeApart('key+basic', { '1.value': 'k', '2.username': 'ada' });
  expect(putTogether(parts)).toEqual({ scheme: 'key+basic', drafts: { '1.value': 'k', '2.username': 'ada' } });
  expect(putTogether(parts.slice(1))).toEqual({ scheme: 'basic', drafts: { username: 'ada' } });
  expect(putTogether([...takeApart('basic', { username: 'ada' }), { key: 'key', drafts: {} }])).toEqual({
    scheme: 'basic+key',
    drafts: { '1.username': 'ada' },
  });
});

test('what is stored stays while others are joined and left out', () => {
  const basic = ['username', 'password'];
  const joined = ['1.value', '2.username', '2.password'];
  expect([...carriedFields('basic', 'basic', basic)]).toEqual(basic);
  expect([...carriedFields('basic', 'key+basic', basic)]).toEqual(['2.username', '2.password']);
  expect([...carriedFields('key+basic', 'basic+bearer', joined)]).toEqual(['1.username', '1.password']);
  expect([...carriedFields('key+basic', 'basic', joined)]).toEqual(basic);
  expect([...carriedFields('key', 'key+key', ['value'])]).toEqual(['1.value']);
  expect([...carriedFields('key+key', 'key', ['1.value', '2.value'])]).toEqual([]);
  expect([...carriedFields('basic', 'bearer', basic)]).toEqual([]);
});
