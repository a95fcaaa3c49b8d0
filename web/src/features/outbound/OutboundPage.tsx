import { Page } from '../../ui/Page';

export function OutboundPage() {
  return <Page title="OutboundPage">{null}</Page>;
}
