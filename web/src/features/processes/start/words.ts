import { defineWords } from '../../../lib/words';

export const words = defineWords({
  en: {
    title: (name: string) => `Start a run of “${name}”`,
    version: (n: number) => `The run keeps version ${n} to its end, whatever is published meanwhile.`,
    input: 'Input',
    inputText: 'A JSON object; the first step gets it.',
    notObject: 'This is no JSON object. It begins with { and ends with }.',
    start: 'Start',
    started: 'Started.',
  },
  de: {
    title: (name: string) => `Einen Lauf von „${name}“ starten`,
    version: (n: number) => `Der Lauf behält Version ${n} bis zu seinem Ende, was auch immer inzwischen veröffentlicht wird.`,
    input: 'Eingabe',
    inputText: 'Ein JSON-Objekt; der erste Schritt bekommt es.',
    notObject: 'Das ist kein JSON-Objekt. Es beginnt mit { und endet mit }.',
    start: 'Starten',
    started: 'Gestartet.',
  },
});
