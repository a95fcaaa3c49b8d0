import { call } from '../../../api/client';
import { METHODS_OF } from './ActionSelect';

/** A JSON schema of the arguments of an action, or of a method. */
export async function schemaOf(connectionId: string, action: string): Promise<unknown> {
  const [connector = '', ...rest] = action.split('.');
  const key = rest.join('.');
  if (connector === METHODS_OF) {
    const path = { integration: connectionId, method: key };
    return (await call.GET('/api/integrations/{integration}/methods/{method}', { params: { path } })).data?.arguments;
  }
  const { data } = await call.GET('/api/connectors/{connector}', { params: { path: { connector } } });
  return data?.actions.find((one) => one.key === key)?.arguments;
}
