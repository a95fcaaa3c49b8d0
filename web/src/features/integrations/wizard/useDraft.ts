/** What is being filled in, over all steps: going back and forth loses nothing. */

import { useState } from 'react';
import { call, type Schemas } from '../../../api/client';
import { useConnectionForm, type ConnectionForm } from '../../../ui/connection/form/useConnectionForm';
import type { Choice } from '../../../ui/Picker';
import { useTrial, type Trial } from '../check/useTrial';
import { useDocument, type DocumentDraft } from '../document/useDocument';
import { toChanges, type GrantDraft, type Line } from '../methods/grants';

export type Reading = Schemas['DocumentReading'];

export interface Draft {
  unitId: string | undefined;
  setUnitId: (id: string) => void;
  title: string;
  setTitle: (title: string) => void;
  description: string;
  setDescription: (description: string) => void;
  groups: Choice[];
  setGroups: (groups: Choice[]) => void;
  document: DocumentDraft<Reading>;
  form: ConnectionForm;
  /** Of its sign-in. */
  trial: Trial;
  isAccepted: boolean;
  setAccepted: (isAccepted: boolean) => void;
  lines: Line[];
  setGrants: (names: readonly string[], grant: GrantDraft | null) => void;
  /** Whether there is something to lose. */
  isDirty: boolean;
  /** What is sent; null where a form has mistakes, which are then shown. */
  read: (textVersion: string | null) => Schemas['CreateIntegration'] | null;
}

export function useDraft(connector: Schemas['Connector'], units: readonly { id: string }[]): Draft {
  const [unitId, setUnitId] = useState(units[0]?.id);
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [groups, setGroups] = useState<Choice[]>([]);
  const [isAccepted, setAccepted] = useState(false);
  const [grants, setAllGrants] = useState<ReadonlyMap<string, GrantDraft>>(new Map());
  const document = useDocument(readDocument);
  const form = useConnectionForm(connector);
  const trial = useTrial(form, unitId ?? units[0]?.id, connector.key);
  const lines = (document.found?.methods ?? []).map((method): Line => {
    return { method, grant: grants.get(method.name) ?? null, held: '', isChanged: false };
  });

  return {
    unitId: unitId ?? units[0]?.id,
    setUnitId,
    title,
    setTitle,
    description,
    setDescription,
    groups,
    setGroups: (chosen) => {
      setGroups(chosen);
      setAllGrants(within(grants, chosen));
    },
    document,
    form,
    trial,
    isAccepted,
    setAccepted,
    lines,
    setGrants: (names, grant) => {
      const changed = new Map(grants);
      for (const name of names) {
        if (grant) changed.set(name, grant);
        else changed.delete(name);
      }
      setAllGrants(changed);
    },
    isDirty: [title, description, document.text].some((one) => one !== '') || groups.length > 0,
    read: (textVersion) => {
      const filled = form.read();
      if (!filled || !unitId) return null;
      return {
        business_unit_id: unitId,
        title: title.trim(),
        description: description.trim(),
        access_groups: groups.map(({ id }) => id),
        document: document.text,
        ...filled,
        grants: toChanges(new Map(lines.flatMap(({ method, grant }) => (grant ? [[method.name, grant]] : [])))),
        accept_responsibilities: isAccepted ? textVersion : null,
      };
    },
  };
}

/** A group that is no access group any more can't be granted anything. */
function within(grants: ReadonlyMap<string, GrantDraft>, groups: readonly Choice[]): ReadonlyMap<string, GrantDraft> {
  const ids = new Set(groups.map(({ id }) => id));
  const kept = new Map<string, GrantDraft>();
  for (const [name, grant] of grants) {
    const entries = grant.level === 'groups' ? grant.entries.filter(({ id }) => ids.has(id)) : grant.entries;
    if (entries.length > 0) kept.set(name, { ...grant, entries });
  }
  return kept;
}

async function readDocument(document: string): Promise<Reading | null> {
  const { data } = await call.POST('/api/integrations/readings', { body: { document } });
  return data ?? null;
}
