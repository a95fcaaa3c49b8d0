import type { Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { Panel } from '../../ui/Panel';
import { TokenTable } from '../../ui/TokenTable';
import { words } from './words';

interface TokensPanelProps {
  person: Schemas['Person'];
  mayRevoke: boolean;
}

export function TokensPanel({ person, mayRevoke }: TokensPanelProps) {
  const w = useWords(words);
  return (
    <Panel title={w.tokens} description={w.tokensIntro}>
      <TokenTable personId={person.id} mayRevoke={mayRevoke} />
    </Panel>
  );
}
