import { expect, test } from 'vitest';
import { hasMeaning, readFields, type Field, type JsonSchema } from './fields';

function only(property: JsonSchema, definitions: JsonSchema = {}, required: string[] = []): Field {
  const [field] = readFields({ properties: { it: property }, $defs: definitions, required });
  if (!field) throw new Error('there is no field');
  return field;
}

test.each([
  [{ type: 'string' }, 'text'],
  [{ type: 'string', format: 'date' }, 'date'],
  [{ type: 'string', multiline: true }, 'lines'],
  [{ type: 'string', writeOnly: true }, 'secret'],
  [{ type: 'integer' }, 'number'],
  [{ type: 'boolean' }, 'switch'],
  [{ enum: ['verify', 'off'] }, 'choice'],
  [{ type: 'array', items: { type: 'string' } }, 'list'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'map'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'text'],
  [{ anyOf: [{ $ref: '#/$defs/Tls' }, { type: 'null' }] }, 'choice'],
  [{ type: 'object', properties: { base64: {}, name: {} } }, 'file'],
  [{ type: 'object', properties: { other: {} } }, 'json'],
  [{}, 'json'],
])('%j is drawn as %s', (property, kind) => {
  expect(only(property, { Tls: { enum: ['verify', 'off'] } }).kind).toBe(kind);
});

test('a field has the words and bounds of its declaration', () => {
  const port = only({ type: 'integer', title: 'Port', minimum: 1, maximum: 65535, default: 5432 }, {}, ['it']);

  expect(port).toMatchObject({ label: 'Port', isRequired: true, isInteger: true, min: 1, max: 65535, preset: 5432 });
  expect(only({ type: 'string' }).label).toBe('It');
  expect(only({ type: 'integer', unit: 'seconds' }).unit).toBe('seconds');
  expect(only({ type: 'integer', unit: 'fathoms' }).unit).toBeUndefined();
});

test('what a description says of each value is told at the value', () => {
  const description = 'How it is encrypted. verify: the certificate must fit. encrypt_only: anybody may pretend.';

  const tls = only({ enum: ['verify', 'encrypt_only'], description });

  expect(tls.description).toBe('How it is encrypted.');
  expect(tls.options).toEqual([
    { value: 'verify', label: 'Verify', explanation: 'The certificate must fit.' },
    { value: 'encrypt_only', label: 'Encrypt only', explanation: 'Anybody may pretend.' },
  ]);
});

test('a value has the name that the schema gives it', () => {
  const how = only({ enum: ['trash', 'expunge'], enumNames: ['In den Papierkorb', 'Endgültig löschen'] });
  const flags = only({ type: 'array', items: { type: 'string', enum: ['seen'], enumNames: ['Gelesen'] } });

  expect(how.options.map(({ label }) => label)).toEqual(['In den Papierkorb', 'Endgültig löschen']);
  expect(flags.options.map(({ label }) => label)).toEqual(['Gelesen']);
});

test('a field that has a meaning only with others says with which', () => {
  const header = only({ type: 'string', only_with: { verify: ['hmac'] } });

  expect(hasMeaning(header, { verify: 'hmac' })).toBe(true);
  expect(hasMeaning(header, { verify: 'none' })).toBe(false);
  expect(hasMeaning(only({ type: 'string' }), {})).toBe(true);
});
