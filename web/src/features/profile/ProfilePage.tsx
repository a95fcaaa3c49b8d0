import { Stack } from '@mantine/core';
import { useWords } from '../../lib/words';
import { Page } from '../../ui/Page';
import { AboutMe } from './AboutMe';
import { LookPanel } from './LookPanel';
import { MyTokens } from './MyTokens';
import { PasswordPanel } from './PasswordPanel';
import { words } from './words';

/** One's own account. */
export function ProfilePage() {
  const w = useWords(words);
  return (
    <Page title={w.title} description={w.intro}>
      <Stack gap="lg" maw={880}>
        <AboutMe />
        <MyTokens />
        <PasswordPanel />
        <LookPanel />
      </Stack>
    </Page>
  );
}
