/** What a new process begins as: small definitions that are to be changed, in Amazon States Language with JSONata. */

export const TEMPLATES = ['empty', 'call', 'careful'] as const;
export type Template = (typeof TEMPLATES)[number];

export interface Chosen {
  /** The connection that is called, and the one through which somebody is told. */
  id: string;
  name: string;
  connector: string;
}

interface Action {
  action: string;
  args: Record<string, unknown>;
}

/** A harmless call for each connector that one could begin with; the person who writes the process changes it. */
const FIRST_CALLS: Record<string, Action> = {
  http: { action: 'request', args: { method: 'GET', path: '' } },
  mail: { action: 'search', args: {} },
  folder: { action: 'list', args: {} },
  sftp: { action: 'list', args: {} },
  // No method has this name: that one is to be chosen stands beside the definition.
  openapi: { action: 'method', args: {} },
};
const SQL: Action = { action: 'query', args: { sql: 'select 1 as one' } };
const TELLING: Record<string, Action> = {
  mail: {
    action: 'send',
    args: {
      to: ['somebody@example.com'],
      subject: 'A step has failed',
      text: '{% $states.input.action & " failed after " & $states.input.attempts & " attempts: " & $states.input.message %}',
    },
  },
  http: {
    action: 'request',
    args: { method: 'POST', path: '', body: { type: 'json', value: '{% $states.input %}' } },
  },
};

/** Connectors through which somebody can be told. */
export const TELLS = Object.keys(TELLING);

/** `first` is what is called, where one has chosen it. */
export function definitionOf(
  template: Template,
  call: Chosen | undefined,
  tell: Chosen | undefined,
  first?: Action,
): Record<string, unknown> {
  if (template === 'empty') return machine('Done', { Done: { Type: 'Succeed' } });
  const step = task(call, first ?? FIRST_CALLS[call?.connector ?? 'http'] ?? SQL);
  if (template === 'call') return machine('Call', { Call: { ...step, End: true } });
  return machine('Call', {
    Call: {
      ...step,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: 'FULL' }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Tell somebody', Output: '{% $states.errorOutput %}' }],
      Next: 'Done',
    },
    'Tell somebody': { ...task(tell, TELLING[tell?.connector ?? 'mail'] ?? SQL), Next: 'Done' },
    Done: { Type: 'Succeed' },
  });
}

function machine(start: string, states: Record<string, unknown>): Record<string, unknown> {
  return { QueryLanguage: 'JSONata', StartAt: start, States: states };
}

function task(connection: Chosen | undefined, { action, args }: Action): Record<string, unknown> {
  return {
    Type: 'Task',
    Resource: `connection:${connection?.connector ?? 'http'}.${action}`,
    Credentials: { Connection: connection?.name ?? '' },
    Arguments: args,
  };
}
