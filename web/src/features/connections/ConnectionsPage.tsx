import { Page } from '../../ui/Page';

export function ConnectionsPage() {
  return <Page title="ConnectionsPage">{null}</Page>;
}
