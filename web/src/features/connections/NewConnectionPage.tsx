import { Page } from '../../ui/Page';

export function NewConnectionPage() {
  return <Page title="NewConnectionPage">{null}</Page>;
}
