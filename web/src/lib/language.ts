/** Which language the pages speak: kept per browser, by default the browser's own. */

import { createContext, use } from 'react';

export type Language = 'en' | 'de';

const KEY = 'jackfield.language';

export function initialLanguage(): Language {
  const chosen = localStorage.getItem(KEY) ?? navigator.language;
  return chosen.startsWith('de') ? 'de' : 'en';
}

/** Also read outside React: the API client asks the server for the same language. */
export function currentLanguage(): Language {
  return document.documentElement.lang === 'de' ? 'de' : 'en';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}

export interface LanguageChoice {
  language: Language;
  choose: (language: Language) => void;
}

export const LanguageContext = createContext<LanguageChoice>({
  language: 'en',
  choose: () => {
    throw new Error('there is no LanguageProvider above');
  },
});

export function useLanguage(): LanguageChoice {
  return use(LanguageContext);
}
