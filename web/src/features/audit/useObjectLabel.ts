import type { Schemas } from '../../api/client';
import { useConnectorTitles } from '../../ui/connection/catalogue';

/** What something was done to, as people call it: of a connector, the record has the key. */
export function useObjectLabel(): (object: Schemas['AuditEntry']['object']) => string {
  const titleOf = useConnectorTitles();
  return ({ kind, label, id }) => (kind === 'feature' ? titleOf(id) : label);
}
