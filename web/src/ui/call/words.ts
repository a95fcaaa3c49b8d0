import { defineWords } from '../../lib/words';

/** Calling an action or a method by hand. */
export const words = defineWords({
  en: {
    call: 'Call it',
    again: 'Call it again',
    noArguments: 'It takes no arguments.',
    argumentsAs: 'Enter the arguments as',
    form: 'Form',
    json: 'JSON',
    arguments: 'Arguments',
    notJson: 'This is not a JSON object.',
    unknownOutcome: 'It can’t be known whether it happened. Look at the other side before you call it again.',
    confirmTitle: (what: string) => `${what}: for real?`,
    confirmWhere: (system: string) => `It is done at ${system}, at once.`,
    confirmRecord: 'It is recorded as done by you.',
    destructive: 'It can change or delete what is there, and Jackfield can’t undo that.',
    sends_out: 'It leaves the house and can’t be called back.',
  },
  de: {
    call: 'Aufrufen',
    again: 'Erneut aufrufen',
    noArguments: 'Es braucht keine Argumente.',
    argumentsAs: 'Argumente eingeben als',
    form: 'Formular',
    json: 'JSON',
    arguments: 'Argumente',
    notJson: 'Das ist kein JSON-Objekt.',
    unknownOutcome: 'Es lässt sich nicht wissen, ob es geschehen ist. Sehen Sie auf der Gegenseite nach, bevor Sie es noch einmal aufrufen.',
    confirmTitle: (what: string) => `${what}: wirklich?`,
    confirmWhere: (system: string) => `Es geschieht bei ${system}, sofort.`,
    confirmRecord: 'Es wird als Ihre Tat festgehalten.',
    destructive: 'Es kann ändern oder löschen, was dort ist, und Jackfield kann das nicht rückgängig machen.',
    sends_out: 'Es verlässt das Haus und lässt sich nicht zurückholen.',
  },
});
