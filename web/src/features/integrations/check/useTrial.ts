/** A try of the sign-in that is being filled in, and whether it still is the one that was tried. */

import { useState } from 'react';
import { call, type Schemas } from '../../../api/client';
import type { ConnectionForm } from '../../../ui/connection/form/useConnectionForm';

export interface Trial {
  result: Schemas['ConnectionCheck'] | null;
  error: unknown;
  isBusy: boolean;
  /** Whether something was changed since. */
  isStale: boolean;
  start: () => Promise<void>;
}

export function useTrial(form: ConnectionForm, unitId: string | undefined, connector: string): Trial {
  const [tried, setTried] = useState<{ of: string; result: Schemas['ConnectionCheck'] }>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const entered = JSON.stringify([unitId, form.scheme, form.details.drafts, form.credentials.drafts]);
  return {
    result: tried?.result ?? null,
    error,
    isBusy,
    isStale: tried !== undefined && tried.of !== entered,
    start: async () => {
      const filled = form.read();
      if (!filled || !unitId) return;
      setBusy(true);
      setError(null);
      try {
        const { data } = await call.POST('/api/connections/checks', {
          body: { business_unit_id: unitId, connector, name: NAME, ...filled },
        });
        if (data) setTried({ of: entered, result: data });
      } catch (raised) {
        setTried(undefined);
        setError(raised);
      } finally {
        setBusy(false);
      }
    },
  };
}

/** As the record calls what has no name yet. */
const NAME = 'not yet made';
