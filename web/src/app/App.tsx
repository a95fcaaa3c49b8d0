import '@fontsource-variable/inter/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { useState, type ReactNode } from 'react';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { queryClient, refresh } from '../api/client';
import { initialLanguage, keepLanguage, LanguageContext, type Language } from '../lib/language';
import { router } from './router';
import { colorSchemes, resolveVariables, theme } from './theme';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// For the styles that dialogs add while they keep the page behind them from scrolling.
setNonce(nonce);

export function App() {
  return (
    <LanguageProvider>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolveVariables}
        colorSchemeManager={colorSchemes}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queryClient}>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </LanguageProvider>
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
