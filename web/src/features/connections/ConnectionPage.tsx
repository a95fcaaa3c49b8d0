import { Page } from '../../ui/Page';

export function ConnectionPage() {
  return <Page title="ConnectionPage">{null}</Page>;
}
