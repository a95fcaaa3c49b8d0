import { defineWords } from '../../lib/words';

export const words = defineWords({
  en: {
    state: 'State',
    process: 'Process',
    started: 'Started',
    by: 'Started by',
    took: 'Duration',
    version: 'Version',
    noDuration: '–',
    hand: 'by hand',
    api: 'through the API',
    trigger: 'by a trigger',
    byProcess: 'by another process',
  },
  de: {
    state: 'Zustand',
    process: 'Prozess',
    started: 'Gestartet',
    by: 'Gestartet von',
    took: 'Dauer',
    version: 'Version',
    noDuration: '–',
    hand: 'von Hand',
    api: 'über die API',
    trigger: 'von einem Auslöser',
    byProcess: 'von einem anderen Prozess',
  },
});
