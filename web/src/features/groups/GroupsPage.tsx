import { Page } from '../../ui/Page';

export function GroupsPage() {
  return <Page title="GroupsPage">{null}</Page>;
}
