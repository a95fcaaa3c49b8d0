const LETTER = /[\p{L}\p{N}]/u;
const SIGNS = new Intl.Segmenter();

/** As in `AB` of Anna Berg: of the first two words that begin with a letter; of a name without any, its first sign. */
export function initials(name: string): string {
  // Signs as people see them: half an emoji is none.
  const words = name.trim().split(/\s+/).map((word) => Array.from(SIGNS.segment(word), ({ segment }) => segment));
  const [one, two] = words.filter(([sign = '']) => LETTER.test(sign));
  const signs = one && two ? [one[0], two[0]] : (one?.slice(0, 2) ?? words[0]?.slice(0, 1) ?? []);
  return signs.join('').toUpperCase();
}
