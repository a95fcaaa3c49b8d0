import { defineWords } from '../lib/words';

/** What a call does to the other side (O6). */
export const effectWords = defineWords({
  en: {
    read: 'Reads',
    write: 'Writes',
    destructive: 'Can destroy',
    sends_out: 'Sends out',
    readText: 'Changes nothing on the other side.',
    writeText: 'Changes something on the other side.',
    destructiveText: 'Can change or delete what is there.',
    sends_outText: 'Something leaves the house and can’t be called back.',
  },
  de: {
    read: 'Liest',
    write: 'Schreibt',
    destructive: 'Kann zerstören',
    sends_out: 'Sendet nach außen',
    readText: 'Ändert auf der Gegenseite nichts.',
    writeText: 'Ändert etwas auf der Gegenseite.',
    destructiveText: 'Kann ändern oder löschen, was dort ist.',
    sends_outText: 'Etwas verlässt das Haus und lässt sich nicht zurückholen.',
  },
});
