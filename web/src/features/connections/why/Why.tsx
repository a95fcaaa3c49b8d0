import { useState } from 'react';
import { Accordion, Badge, Box, Group, Text } from '@mantine/core';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Panel } from '../../../ui/Panel';
import type { Choice } from '../../../ui/Picker';
import { QueryView } from '../../../ui/QueryView';
import { PersonSelect } from '../../../ui/connection/PersonSelect';
import { Chain } from '../../../ui/explain/Chain';
import { words as chainWords } from '../../../ui/explain/words';
import { words } from './words';

interface WhyProps {
  connectionId: string;
  unitId: string | undefined;
  mayAskAboutOthers: boolean;
}

/** Why, or why not: for a person and everything that can be done with a connection (C17). */
export function Why({ connectionId, unitId, mayAskAboutOthers }: WhyProps) {
  const w = useWords(words);
  const [other, setOther] = useState<Choice | null>(null);
  const explanations = api.useQuery('get', '/api/connections/{connection}/explanations', {
    params: { path: { connection: connectionId }, query: { person_id: other?.id } },
  });
  return (
    <Panel title={other ? w.about(other.name) : w.aboutMe} description={w.text}>
      {mayAskAboutOthers && (
        <Box maw={420} mb="lg">
          <PersonSelect label={w.other} value={other} onChange={setOther} unitId={unitId} />
        </Box>
      )}
      <QueryView query={explanations}>
        {({ items }) => (
          <Accordion variant="default" chevronPosition="right" order={3}>
            {items.map((one) => (
              <Accordion.Item key={one.act} value={one.act}>
                <Accordion.Control>
                  <Summary explanation={one} />
                </Accordion.Control>
                <Accordion.Panel>
                  <Chain explanation={one} />
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        )}
      </QueryView>
    </Panel>
  );
}

function Summary({ explanation: { act, allowed, rule } }: { explanation: Schemas['Explanation'] }) {
  const w = useWords(words);
  const wc = useWords(chainWords);
  const names: Partial<Record<string, string>> = actsOf(w);
  return (
    <Group gap="sm" wrap="nowrap" justify="space-between" pr="sm">
      <Text size="sm" fw={550}>
        {names[act] ?? act}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" visibleFrom="xs">
          {wc.rule(rule)}
        </Text>
        <Badge variant="dot" miw="max-content" color={allowed ? 'teal' : 'red'}>
          {allowed ? wc.allowed : wc.refused}
        </Badge>
      </Group>
    </Group>
  );
}

/** The acts among the words; the functions among them aren't. */
function actsOf(w: Record<string, unknown>): Partial<Record<string, string>> {
  return Object.fromEntries(Object.entries(w).filter((one): one is [string, string] => typeof one[1] === 'string'));
}
