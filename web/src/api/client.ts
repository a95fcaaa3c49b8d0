/** The one way from the pages to the API: `api.useQuery('get', '/api/groups')`, typed by the API's own document. */

import createFetchClient, { type Middleware } from 'openapi-fetch';
import createClient from 'openapi-react-query';
import { QueryClient, type QueryKey } from '@tanstack/react-query';
import { currentLanguage } from '../lib/language';
import { ApiProblem, problemOf, unreachable } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

const problems: Middleware = {
  onRequest({ request }) {
    request.headers.set('accept-language', currentLanguage());
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    return unreachable();
  },
};

const fetchClient = createFetchClient<paths>({ credentials: 'same-origin' });
fetchClient.use(problems);

/** Calls outside React; inside it is `api`. */
export const call = fetchClient;
export const api = createClient(fetchClient);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => error instanceof ApiProblem && error.isRetryable && failures < 2,
    },
    // What was sent may hold credentials: it is forgotten a second after its form is gone, not five minutes.
    mutations: { retry: false, gcTime: 1_000 },
  },
});

/** Have everything that is shown read anew; `prefix` narrows it to addresses that begin so. */
export async function refresh(prefix = '/api'): Promise<void> {
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => addressOf(queryKey).startsWith(prefix) });
}

function addressOf(key: QueryKey): string {
  return typeof key[1] === 'string' ? key[1] : '';
}

/** The `if-match` header for a version that one saw: somebody else's change in between is refused, not overwritten. */
export function ifMatch(version: number): { 'if-match': string } {
  return { 'if-match': `"v${version}"` };
}
