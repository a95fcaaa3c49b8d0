import { defineWords } from '../../lib/words';

/** A decision with the questions that led to it (C17). */
export const words = defineWords({
  en: {
    allowed: 'Allowed',
    refused: 'Refused',
    decidedBy: (rule: string) => `Decided by rule ${rule}`,
    rule: (rule: string) => `Rule ${rule}`,
    yes: 'Yes',
    no: 'No',
    whoCanChange: (who: string) => `Can be changed by ${who}`,
    nobody: 'Nobody can change that',
    questions: 'The questions that were asked, in order',
  },
  de: {
    allowed: 'Erlaubt',
    refused: 'Verweigert',
    decidedBy: (rule: string) => `Entschieden durch Regel ${rule}`,
    rule: (rule: string) => `Regel ${rule}`,
    yes: 'Ja',
    no: 'Nein',
    whoCanChange: (who: string) => `Das ändern kann: ${who}`,
    nobody: 'Das kann niemand ändern',
    questions: 'Die gestellten Fragen, der Reihe nach',
  },
});
