import { useState } from 'react';
import { call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { toProblem } from '../../../api/problem';
import { jsonProblem } from './positions';

type Draft = Schemas['ProcessDraft'];

interface Written {
  definition: string;
  /** Empty is none. */
  form: string;
  isSensitive: boolean;
  mostAtOnce: number | null;
}

/** What one writes, beside what is saved. */
export function useDraft(processId: string, draft: Draft) {
  const [base, setBase] = useState(draft);
  const [written, setWritten] = useState(() => writtenOf(draft));
  const [theirs, setTheirs] = useState<Draft | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isSaving, setSaving] = useState(false);
  const isDirty = JSON.stringify(written) !== JSON.stringify(writtenOf(base));
  if (draft.version > base.version && !isDirty && !isSaving) {
    // Somebody else saved it, and there is nothing here that could be lost.
    setBase(draft);
    setWritten(writtenOf(draft));
  }
  const take = (saved: Draft) => {
    setBase(saved);
    setWritten(writtenOf(saved));
    setTheirs(null);
    setError(null);
  };
  const problem = jsonProblem(written.definition);
  const isFormWrong = written.form.trim() !== '' && jsonProblem(written.form) !== null;

  const save = async (over: number = base.version): Promise<Draft | null> => {
    setSaving(true);
    setError(null);
    try {
      const { data } = await call.PUT('/api/processes/{process}/draft', {
        params: { path: { process: processId }, header: ifMatch(over) },
        body: {
          definition: JSON.parse(written.definition) as Record<string, unknown>,
          layout: base.layout,
          form: written.form.trim() === '' ? null : (JSON.parse(written.form) as Schemas['Form']),
          settings: { sensitive: written.isSensitive, most_at_once: written.mostAtOnce },
        },
      });
      if (!data) throw new Error('the answer is empty');
      take(data);
      await refresh('/api/processes');
      return data;
    } catch (raised) {
      if (toProblem(raised).code === 'process.changed') setTheirs(await readDraft(processId));
      else setError(raised);
      return null;
    } finally {
      setSaving(false);
    }
  };
  const change = (part: Partial<Written>) => {
    setWritten((before) => ({ ...before, ...part }));
  };
  return { base, written, change, take, save, theirs, error, isSaving, isDirty, problem, isFormWrong };
}

async function readDraft(processId: string): Promise<Draft | null> {
  const { data } = await call.GET('/api/processes/{process}/draft', { params: { path: { process: processId } } });
  return data ?? null;
}

function writtenOf(draft: Draft): Written {
  return {
    definition: pretty(draft.definition),
    form: draft.form === null ? '' : pretty(draft.form),
    isSensitive: draft.settings.sensitive ?? false,
    mostAtOnce: draft.settings.most_at_once ?? null,
  };
}

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
