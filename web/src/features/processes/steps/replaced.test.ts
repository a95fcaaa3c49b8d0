import { expect, test } from 'vitest';
import { withConnection } from './replaced';

test('one state, also inside a loop, names another connection, and nothing else changes', () => {
  const inner = () => ({ States: { 'A/b': { Type: 'Task', Credentials: { Connection: 'Old', Kept: 1 } } } });
  const definition = { States: { Each: { Type: 'Map', ItemProcessor: inner() }, Both: { Branches: [inner()] } } };

  const inLoop = withConnection(definition, '/States/Each/ItemProcessor/States/A~1b', 'New');
  const inBranch = withConnection(definition, '/States/Both/Branches/0/States/A~1b', 'New');

  const changed = { States: { 'A/b': { Type: 'Task', Credentials: { Connection: 'New', Kept: 1 } } } };
  expect(inLoop).toEqual({ States: { Each: { Type: 'Map', ItemProcessor: changed }, Both: { Branches: [inner()] } } });
  expect(inBranch).toEqual({ States: { Each: { Type: 'Map', ItemProcessor: inner() }, Both: { Branches: [changed] } } });
  expect(definition.States.Each.ItemProcessor.States['A/b'].Credentials.Connection).toBe('Old');
});
