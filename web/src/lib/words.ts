/**
 * The words of a feature, in both languages, in one place: a missing German word doesn't compile.
 *
 *     const words = defineWords({
 *       en: { title: 'Groups', members: (n: number) => count(n, 'member', 'members') },
 *       de: { title: 'Gruppen', members: (n: number) => count(n, 'Mitglied', 'Mitglieder') },
 *     });
 *     const w = useWords(words);
 */

import { currentLanguage, useLanguage, type Language } from './language';

type Word = string | ((...parts: never[]) => string);
type Same<W> = { [K in keyof W]: W[K] extends string ? string : W[K] };

export interface Words<W> {
  en: W;
  de: Same<W>;
}

export function defineWords<const W extends Record<string, Word>>(words: Words<W>): Words<W> {
  return words;
}

export function useWords<W extends Record<string, Word>>(words: Words<W>): Same<W> {
  return pickWords(words, useLanguage().language);
}

export function pickWords<W extends Record<string, Word>>(words: Words<W>, language: Language): Same<W> {
  return language === 'de' ? words.de : (words.en as Same<W>);
}

/** As in `1,204`. */
export function amount(n: number): string {
  return new Intl.NumberFormat(currentLanguage()).format(n);
}

/** A number with its noun, as in `1,204 connections`; both languages tell one from many alike. */
export function count(n: number, one: string, many: string): string {
  return `${amount(n)} ${n === 1 ? one : many}`;
}

/** As in `Anna, Ben and Carla`. */
export function listed(items: readonly string[]): string {
  return new Intl.ListFormat(currentLanguage(), { type: 'conjunction' }).format(items);
}
