import { Page } from '../../ui/Page';

export function GroupPage() {
  return <Page title="GroupPage">{null}</Page>;
}
