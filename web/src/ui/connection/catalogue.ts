/** What connectors and business units are called. */

import { api, type Schemas } from '../../api/client';

export type Connector = Schemas['ConnectorInGallery'];

/** The titles of connectors; a key stands for itself while they are not known. */
export function useConnectorTitles(): (connector: string) => string {
  const { data } = api.useQuery('get', '/api/connectors', {}, { staleTime: 300_000 });
  const titles = new Map(data?.items.map(({ key, title }) => [key, title]));
  return (connector) => titles.get(connector) ?? connector;
}

export function useConnectors(): Connector[] {
  return api.useQuery('get', '/api/connectors', {}, { staleTime: 300_000 }).data?.items ?? [];
}

/** The business units that one may see. */
export function useUnits(): { id: string; name: string }[] {
  return api.useQuery('get', '/api/business-units', { params: { query: { limit: 200 } } }, { staleTime: 60_000 }).data?.items ?? [];
}
