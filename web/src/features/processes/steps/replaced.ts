/** A definition in which the state at a JSON pointer names another connection; everything else is as it was. */
export function withConnection(definition: Record<string, unknown>, pointer: string, connection: string): Record<string, unknown> {
  const copy = structuredClone(definition);
  let at: unknown = copy;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Array.isArray(at) ? at[Number(name)] : isObject(at) ? at[name] : undefined;
  }
  if (!isObject(at)) throw new Error(`there is no state at ${pointer}`);
  const before = isObject(at.Credentials) ? at.Credentials : {};
  at.Credentials = { ...before, Connection: connection };
  return copy;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
