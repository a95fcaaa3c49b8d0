/** What a connector asks for: general details, a way to sign in, its credentials. */

import { useMemo, useState } from 'react';
import type { Schemas } from '../../../api/client';
import { readFields, type Field } from '../../../ui/schema/fields';
import { draftsOf, toSend, type Drafts, type Mistake } from '../../../ui/schema/values';

export interface Part {
  fields: readonly Field[];
  drafts: Drafts;
  change: (drafts: Drafts) => void;
  mistakes: ReadonlyMap<string, Mistake>;
}

export interface Filled {
  details: Record<string, unknown>;
  scheme: string;
  credentials: Record<string, unknown>;
}

export interface ConnectionForm {
  details: Part;
  scheme: string;
  chooseScheme: (scheme: string) => void;
  credentials: Part;
  /** Credentials that are set, and stay if nothing is entered: only with the way to sign in that they belong to. */
  kept: ReadonlySet<string>;
  /** What is to be sent; null if something is wrong, which is then shown. */
  read: (parts?: 'all' | 'credentials') => Filled | null;
}

const NOTHING: ReadonlyMap<string, Mistake> = new Map();
const NONE: ReadonlySet<string> = new Set();

/** `stored` is what the connection has; its credentials are known only as set or not. */
export function useConnectionForm(connector: Schemas['Connector'], stored?: Schemas['ConnectionDetails']): ConnectionForm {
  const [scheme, setScheme] = useState(stored?.scheme ?? connector.schemes[0]?.key ?? '');
  const detailFields = useMemo(() => readFields(connector.details), [connector]);
  const credentialFields = useMemo(
    () => readFields(connector.schemes.find(({ key }) => key === scheme)?.credentials ?? {}),
    [connector, scheme],
  );
  const [details, setDetails] = useState<Drafts>(() => draftsOf(detailFields, stored?.details));
  // What was typed for one way to sign in is still there when one comes back to it.
  const [typed, setTyped] = useState<Record<string, Drafts>>({});
  const [mistakes, setMistakes] = useState({ details: NOTHING, credentials: NOTHING });
  const credentials = typed[scheme] ?? draftsOf(credentialFields);
  const kept = useMemo(
    () => (stored?.scheme === scheme ? new Set(stored.secrets.filter((one) => one.is_set).map((one) => one.field)) : NONE),
    [stored, scheme],
  );

  return {
    details: { fields: detailFields, drafts: details, change: setDetails, mistakes: mistakes.details },
    scheme,
    chooseScheme: setScheme,
    credentials: {
      fields: credentialFields,
      drafts: credentials,
      change: (drafts) => {
        setTyped({ ...typed, [scheme]: drafts });
      },
      mistakes: mistakes.credentials,
    },
    kept,
    read: (parts = 'all') => {
      const one = toSend(detailFields, details);
      const other = toSend(credentialFields, credentials, kept);
      const wrongDetails = parts === 'all' ? one.mistakes : NOTHING;
      setMistakes({ details: wrongDetails, credentials: other.mistakes });
      if (wrongDetails.size + other.mistakes.size > 0) return null;
      return { details: one.values, scheme, credentials: other.values };
    },
  };
}
