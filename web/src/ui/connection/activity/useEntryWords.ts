import type { Schemas } from '../../../api/client';
import { useLanguage } from '../../../lib/language';
import { duration } from '../../../lib/time';
import { useWords } from '../../../lib/words';
import { actInWords } from '../../entry/acts';
import { recordOf } from '../../schema/fields';
import { words } from './words';

type Entry = Schemas['AuditEntry'];

export interface EntryWords {
  act: (entry: Entry) => string;
  duration: (entry: Entry) => string;
}

/** What an entry says, for people. */
export function useEntryWords(): EntryWords {
  const w = useWords(words);
  const { language } = useLanguage();
  const known: Record<string, string> = w;
  return {
    act: ({ name, data }) => {
      const action = recordOf(data).action;
      const said = known[name] ?? actInWords(name, language);
      return typeof action === 'string' ? `${said}: ${action}` : said;
    },
    duration: ({ duration_ms: ms }) => (ms === null ? '' : duration(Math.round(ms), language)),
  };
}
