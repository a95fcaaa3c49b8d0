import { Page } from '../../ui/Page';

export function UnitsPage() {
  return <Page title="UnitsPage">{null}</Page>;
}
