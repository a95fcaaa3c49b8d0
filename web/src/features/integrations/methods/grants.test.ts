import { expect, test } from 'vitest';
import { fits, NO_FILTERS, toChanges, type Described, type GrantDraft, type Line } from './grants';

function line(name: string, verb: string, effect: Described['effect'], grant: GrantDraft | null = null, held = ''): Line {
  const method: Described = {
    name, verb, effect, path: `/${name}`, label: `${verb} /${name}`, summary: `About ${name}`, tags: ['tickets'], deprecated: false,
    effect_reason: '', repeat: 'once', suggested: null, suggested_reason: '', confirmation_suggested: effect !== 'read',
  };
  return { method, grant, held, isChanged: false };
}

const DESK: GrantDraft = { level: 'groups', entries: [{ id: 'grp_2', name: 'Desk' }, { id: 'grp_1', name: 'Sales' }], confirmation: null };

test('methods that get the same are one change, and one that loses its grant is another', () => {
  const turned: GrantDraft = { ...DESK, entries: [...DESK.entries].reverse() };

  const changes = toChanges(new Map<string, GrantDraft | null>([['list', DESK], ['get', turned], ['remove', null]]));

  expect(changes).toEqual([
    { methods: ['list', 'get'], filter: null, grant: { level: 'groups', entries: ['grp_1', 'grp_2'], confirmation: null } },
    { methods: ['remove'], filter: null, grant: null },
  ]);
});

test.each([
  [{ search: 'ABOUT LI' }, ['list']],
  [{ search: 'tickets' }, ['list', 'remove', 'change']],
  [{ verb: 'DELETE' }, ['remove']],
  [{ effect: 'write' as const }, ['change']],
  [{ tag: 'other' }, []],
  [{ granted: 'no' as const }, ['list']],
  [{ granted: 'yes' as const }, ['remove']],
  [{ granted: 'held' as const }, ['change']],
])('%j finds %j', (filters, found) => {
  const lines = [
    line('list', 'GET', 'read'),
    line('remove', 'DELETE', 'destructive', DESK),
    line('change', 'PUT', 'write', DESK, 'it means something else now'),
  ];

  expect(lines.filter((one) => fits(one, { ...NO_FILTERS, ...filters })).map(({ method }) => method.name)).toEqual(found);
});
