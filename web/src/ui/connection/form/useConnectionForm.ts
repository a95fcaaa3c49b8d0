/** What a connector asks for: general details, a way to sign in, its credentials. */

import { useMemo, useState } from 'react';
import type { Schemas } from '../../../api/client';
import { readFields, type Field } from '../../schema/fields';
import { draftsOf, toSend, type Drafts, type Mistake } from '../../schema/values';
import { carriedFields, fieldsOfScheme, putTogether, takeApart, type SignInPart } from './schemes';

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
  /** Chooses another way to sign in; of several joined, in one place. */
  chooseScheme: (key: string, place?: number) => void;
  /** Adds a further way to sign in, with what is known of its credentials; never a secret. */
  join: (key: string, known?: Record<string, unknown>) => void;
  leaveOut: (place: number) => void;
  /** Chooses a way to sign in with what is known of its credentials already; never a secret. */
  suggest: (scheme: string, known: Record<string, unknown>) => void;
  credentials: Part;
  /** Credentials that are set, and stay if nothing is entered: only with the way to sign in that they belong to. */
  kept: ReadonlySet<string>;
  /** Whether something was entered. */
  isTouched: boolean;
  /** What is to be sent; null if something is wrong, which is then shown. */
  read: (parts?: 'all' | 'details' | 'credentials') => Filled | null;
}

const NOTHING: ReadonlyMap<string, Mistake> = new Map();
const NONE: ReadonlySet<string> = new Set();

/** `stored` is what the connection has; its credentials are known only as set or not. */
export function useConnectionForm(connector: Schemas['Connector'], stored?: Schemas['ConnectionDetails']): ConnectionForm {
  const [scheme, setScheme] = useState(stored?.scheme ?? connector.schemes[0]?.key ?? '');
  const detailFields = useMemo(() => readFields(connector.details), [connector]);
  const credentialFields = useMemo(
    () => fieldsOfScheme(connector, scheme),
    [connector, scheme],
  );
  const [untouched] = useState<Drafts>(() => draftsOf(detailFields, stored?.details));
  const [details, setDetails] = useState(untouched);
  // What was typed for one way to sign in is still there when one comes back to it.
  const [typed, setTyped] = useState<Record<string, Drafts>>({});
  const [mistakes, setMistakes] = useState({ details: NOTHING, credentials: NOTHING });
  const credentials = typed[scheme] ?? draftsOf(credentialFields);
  const kept = useMemo(
    () =>
      stored
        ? carriedFields(
            stored.scheme,
            scheme,
            stored.secrets.filter((one) => one.is_set).map((one) => one.field),
          )
        : NONE,
    [stored, scheme],
  );

  const parts = takeApart(scheme, credentials);
  const arrange = (next: readonly SignInPart[]) => {
    const made = putTogether(next);
    setScheme(made.scheme);
    setTyped({ ...typed, [made.scheme]: made.drafts });
  };

  return {
    details: { fields: detailFields, drafts: details, change: setDetails, mistakes: mistakes.details },
    scheme,
    chooseScheme: (key, place = 0) => {
      if (parts.length === 1) setScheme(key);
      else arrange(parts.map((part, at) => (at === place ? { key, drafts: draftsOf(fieldsOfScheme(connector, key)) } : part)));
    },
    join: (key, known) => {
      arrange([...parts, { key, drafts: draftsOf(fieldsOfScheme(connector, key), known) }]);
    },
    leaveOut: (place) => {
      arrange(parts.filter((_, at) => at !== place));
    },
    suggest: (key, known) => {
      const fields = fieldsOfScheme(connector, key);
      setScheme(key);
      setTyped({ ...typed, [key]: { ...draftsOf(fields, known), ...filledIn(typed[key]) } });
    },
    credentials: {
      fields: credentialFields,
      drafts: credentials,
      change: (drafts) => {
        setTyped({ ...typed, [scheme]: drafts });
      },
      mistakes: mistakes.credentials,
    },
    kept,
    isTouched: details !== untouched || Object.keys(typed).length > 0,
    read: (parts = 'all') => {
      const one = toSend(detailFields, details);
      const other = toSend(credentialFields, credentials, kept);
      const wrongDetails = parts === 'credentials' ? NOTHING : one.mistakes;
      const wrongCredentials = parts === 'details' ? NOTHING : other.mistakes;
      setMistakes({ details: wrongDetails, credentials: wrongCredentials });
      if (wrongDetails.size + wrongCredentials.size > 0) return null;
      return { details: one.values, scheme, credentials: other.values };
    },
  };
}

/** What was typed before stays, also where something else is suggested. */
function filledIn(drafts: Drafts = {}): Drafts {
  return Object.fromEntries(Object.entries(drafts).filter(([, draft]) => draft !== '' && draft !== undefined));
}
