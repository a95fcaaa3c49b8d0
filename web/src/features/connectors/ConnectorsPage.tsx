import { Page } from '../../ui/Page';

export function ConnectorsPage() {
  return <Page title="ConnectorsPage">{null}</Page>;
}
