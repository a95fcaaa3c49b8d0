import { Stack } from '@mantine/core';
import { api } from '../../api/client';
import { useWords } from '../../lib/words';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { AboutPanel } from './AboutPanel';
import { AnchorPanel } from './AnchorPanel';
import { HealthPanel } from './HealthPanel';
import { KeysPanel } from './KeysPanel';
import { words } from './words';

/** How the installation is set up, and how it is doing; for super admins and auditors. */
export function InstallationPage() {
  const w = useWords(words);
  const query = api.useQuery('get', '/api/installation');
  return (
    <Page title={w.title} description={w.intro}>
      <QueryView query={query}>
        {(installation) => (
          <Stack gap="lg" maw={920}>
            <HealthPanel />
            <KeysPanel />
            {installation.audit && <AnchorPanel anchor={installation.audit} />}
            <AboutPanel installation={installation} />
          </Stack>
        )}
      </QueryView>
    </Page>
  );
}
