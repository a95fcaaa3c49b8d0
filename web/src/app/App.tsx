import '@fontsource-variable/inter/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { useMemo, useState, type ReactNode } from 'react';
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { queryClient, refresh } from '../api/client';
import { initialLanguage, keepLanguage, LanguageContext, type Language } from '../lib/language';
import { useWords } from '../lib/words';
import { router } from './router';
import { colorSchemes, resolveVariables, theme } from './theme';
import { words } from './words';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// For the styles that dialogs add while they keep the page behind them from scrolling.
setNonce(nonce);

export function App() {
  return (
    <LanguageProvider>
      <LookProvider>
        <QueryClientProvider client={queryClient}>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LookProvider>
    </LanguageProvider>
  );
}

/** The theme, with the words that components have by themselves. */
function LookProvider({ children }: { children: ReactNode }) {
  const { close } = useWords(words);
  const spoken = useMemo(
    () => mergeThemeOverrides(theme, { components: { CloseButton: { defaultProps: { 'aria-label': close } } } }),
    [close],
  );
  return (
    <MantineProvider
      theme={spoken}
      cssVariablesResolver={resolveVariables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  );
}

function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => {
    const first = initialLanguage();
    keepLanguage(first);
    return first;
  });
  const choose = (chosen: Language) => {
    keepLanguage(chosen);
    setLanguage(chosen);
    // What the server wrote is in the language before.
    void refresh();
  };
  return <LanguageContext value={{ language, choose }}>{children}</LanguageContext>;
}
