import { expect, test } from 'vitest';
import { isSameOrigin } from './origin';

const STORED = { endpoint: 'https://api.example.com/v1/', token_url: '', test_path: 'me' };

test.each([
  [{ endpoint: 'https://API.example.com:443/v1' }, true],
  [{ endpoint: ' https://api.example.com/v1/ ' }, true],
  [{ test_path: 'you' }, true],
  [{ endpoint: 'https://api.example.com/v2' }, false],
  [{ endpoint: 'http://api.example.com/v1' }, false],
  [{ endpoint: 'https://api.example.com:8443/v1' }, false],
  [{ endpoint: 'https://api.example.org/v1' }, false],
  [{ endpoint: '' }, false],
  [{ token_url: 'https://sign-in.example.com/token' }, false],
])('with %o the origin is the same: %s', (changed, isSame) => {
  expect(isSameOrigin({ ...STORED, ...changed }, STORED)).toBe(isSame);
});
