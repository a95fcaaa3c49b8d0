import { useEffect } from 'react';
import { Badge, Group, List, Stack, Text } from '@mantine/core';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { PlainDialog } from '../../../ui/PlainDialog';
import { Loading, ProblemAlert } from '../../../ui/states';
import { words } from './words';

/** What a trigger would start runs for now; nothing is started, moved or marked. */
export function LookDialog({ trigger, onClose }: { trigger: Schemas['Trigger']; onClose: () => void }) {
  const w = useWords(words);
  const { mutate, data, error } = api.useMutation('post', '/api/triggers/{trigger_id}/look');
  useEffect(() => {
    mutate({ params: { path: { trigger_id: trigger.id } } });
  }, [mutate, trigger.id]);
  return (
    <PlainDialog onClose={onClose} title={w.look}>
      <Stack>
        <Text size="sm" c="dimmed">
          {trigger.kind === 'schedule' ? w.lookTimes : w.lookText}
        </Text>
        <ProblemAlert error={error} />
        {!data && !error && <Loading rows={3} />}
        {data?.found.length === 0 && <Text size="sm">{w.lookNothing}</Text>}
        {data && data.found.length > 0 && (
          <List size="sm" spacing={6} aria-label={w.look}>
            {data.found.map(({ what, is_known: isKnown }, place) => (
              <List.Item key={place}>
                <Group gap="xs" component="span">
                  {what}
                  {isKnown && (
                    <Badge variant="light" color="gray">
                      {w.known}
                    </Badge>
                  )}
                </Group>
              </List.Item>
            ))}
          </List>
        )}
        {data?.has_more && (
          <Text size="sm" c="dimmed">
            {w.lookMore}
          </Text>
        )}
      </Stack>
    </PlainDialog>
  );
}
