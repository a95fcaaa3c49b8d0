import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { recordOf } from '../../schema/fields';
import { words } from './words';

type Entry = Schemas['AuditEntry'];

export interface EntryWords {
  act: (entry: Entry) => string;
  door: (entry: Entry) => string;
  duration: (entry: Entry) => string;
}

/** What an entry says, for people. */
export function useEntryWords(): EntryWords {
  const w = useWords(words);
  const known: Record<string, string> = w;
  return {
    act: ({ name, data }) => {
      const action = recordOf(data).action;
      const said = known[name] ?? name;
      return typeof action === 'string' ? `${said}: ${action}` : said;
    },
    door: ({ door }) => (door === 'data' ? w.data_door : w[door]),
    duration: ({ duration_ms: ms }) => (ms === null ? '' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`),
  };
}
