import type { ReactNode } from 'react';
import { Failed, Loading } from './states';

interface Queried<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface QueryViewProps<T> {
  query: Queried<T>;
  /** While loading; grey bars if not said. */
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Shows what a query found, and the right thing while it has found nothing. */
export function QueryView<T>({ query, loading, children }: QueryViewProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <>{loading ?? <Loading />}</>;
}
