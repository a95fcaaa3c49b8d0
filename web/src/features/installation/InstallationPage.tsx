import { Page } from '../../ui/Page';

export function InstallationPage() {
  return <Page title="InstallationPage">{null}</Page>;
}
