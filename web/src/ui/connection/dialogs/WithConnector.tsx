import type { ReactNode } from 'react';
import { api, type Schemas } from '../../../api/client';
import { QueryView } from '../../QueryView';

interface WithConnectorProps {
  connection: Schemas['Connection'];
  children: (connector: Schemas['Connector'], details: Schemas['ConnectionDetails']) => ReactNode;
}

/** The forms of a connection's connector; who may change a connection may read its details. */
export function WithConnector({ connection, children }: WithConnectorProps) {
  const connector = api.useQuery('get', '/api/connectors/{connector}', {
    params: { path: { connector: connection.connector } },
  });
  const { details } = connection;
  return <QueryView query={connector}>{(found) => details && children(found, details)}</QueryView>;
}
