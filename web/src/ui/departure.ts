import type { Schemas } from '../api/client';
import { count, defineWords, listed } from '../lib/words';

const words = {
  en: {
    none: 'This person administers no connection there: nothing has to be passed on.',
    connections: (n: number) => `${count(n, 'connection', 'connections')} that this person administers: all stay and keep working.`,
    shared: (n: number) => `${count(n, 'has other admins, who keep it', 'have other admins, who keep them')}.`,
    passed: (n: number, heirs: string) => `${count(n, 'has', 'have')} no other admin and will pass to ${heirs}, who will be told.`,
    nobody: 'nobody yet, as there is no administrator',
  },
  de: {
    none: 'Diese Person ist dort von keiner Verbindung Admin: Es gibt nichts weiterzugeben.',
    connections: (n: number) => `${count(n, 'Verbindung, deren', 'Verbindungen, deren')} Admin diese Person ist: Alle bleiben und arbeiten weiter.`,
    shared: (n: number) => `${count(n, 'hat weitere Admins und bleibt', 'haben weitere Admins und bleiben')} bei ihnen.`,
    passed: (n: number, heirs: string) => `${count(n, 'hat keinen weiteren Admin und geht', 'haben keinen weiteren Admin und gehen')} an ${heirs} über. Das wird mitgeteilt.`,
    nobody: 'noch niemanden, weil es keinen Administrator gibt',
  },
};

export const departureWords = defineWords(words);

/** What a person's leaving does to connections (C12), a line each. */
export function departureLines(found: Schemas['Departure'], w: (typeof words)['en']): string[] {
  if (found.connections === 0) return [w.none];
  const shared = found.connections - found.without_other_admins;
  const heirs = listed(found.heirs.map((heir) => heir.name)) || w.nobody;
  return [
    w.connections(found.connections),
    ...(shared > 0 ? [w.shared(shared)] : []),
    ...(found.without_other_admins > 0 ? [w.passed(found.without_other_admins, heirs)] : []),
  ];
}
