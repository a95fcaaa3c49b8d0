import { defineWords } from '../../../lib/words';

export const words = defineWords({
  en: {
    now: 'Now',
    connected: 'It works',
    connectedText: 'The other side answered when it was last asked. Every use is watched, and its admins are told once when something changes.',
    history: 'Changes of its health',
    historyText: 'Each change is recorded once, recovery too.',
    none: 'Its health has never changed since it was created.',
    band: 'Health since the first recorded change',
    hidden: 'The history is for those who may read its details.',
    seen: (who: string) => `Seen by ${who}`,
    fromTo: (from: string, to: string) => `${from} → ${to}`,
  },
  de: {
    now: 'Jetzt',
    connected: 'Sie funktioniert',
    connectedText: 'Die Gegenseite hat geantwortet, als sie zuletzt gefragt wurde. Jede Verwendung wird beobachtet, und die Verbindungsadministratoren werden einmal benachrichtigt, wenn sich etwas ändert.',
    history: 'Änderungen ihres Zustands',
    historyText: 'Jede Änderung wird einmal festgehalten, auch die Erholung.',
    none: 'Ihr Zustand hat sich seit dem Anlegen nie geändert.',
    band: 'Zustand seit der ersten festgehaltenen Änderung',
    hidden: 'Den Verlauf sehen die, die ihre Angaben lesen dürfen.',
    seen: (who: string) => `Festgestellt von ${who}`,
    fromTo: (from: string, to: string) => `${from} → ${to}`,
  },
});
