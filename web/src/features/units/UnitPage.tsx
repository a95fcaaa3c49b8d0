import { Page } from '../../ui/Page';

export function UnitPage() {
  return <Page title="UnitPage">{null}</Page>;
}
