import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call, type Schemas } from '../../../api/client';
import { useLanguage } from '../../../lib/language';

/** All methods that one may see; a long document takes a few requests. */
export function useMethods(integrationId: string): UseQueryResult<Schemas['Method'][]> {
  const { language } = useLanguage();
  return useQuery({
    // The second part says for `refresh` what it is about.
    queryKey: ['get', '/api/integrations/methods', integrationId, language],
    queryFn: async () => {
      const found: Schemas['Method'][] = [];
      let cursor: string | undefined;
      do {
        const page: Schemas['PageOf_Method_'] | undefined = (
          await call.GET('/api/integrations/{integration}/methods', {
            params: { path: { integration: integrationId }, query: { limit: 200, cursor } },
          })
        ).data;
        found.push(...(page?.items ?? []));
        cursor = page?.next ?? undefined;
      } while (cursor);
      return found;
    },
  });
}
