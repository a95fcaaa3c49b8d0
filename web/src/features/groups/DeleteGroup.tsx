import { useState } from 'react';
import { Alert, Anchor, Button, List, Stack, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { call, ifMatch, refresh, type Schemas } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { notifyDone } from '../../ui/notify';
import { Panel } from '../../ui/Panel';
import { words } from './words';

interface Blocker {
  kind: string;
  id: string;
  label: string;
}

/** Deleting is refused while something is narrowed to the group; then it is listed where. */
export function DeleteGroup({ group }: { group: Schemas['Group'] }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const [blockers, setBlockers] = useState<Blocker[]>([]);

  const remove = async () => {
    try {
      await call.DELETE('/api/groups/{group_id}', {
        params: { path: { group_id: group.id }, header: ifMatch(group.version) },
      });
    } catch (error) {
      setBlockers(blockersOf(error));
      throw error;
    }
    await navigate({ to: '/groups' });
    await refresh('/api/groups');
    notifyDone(w.deleted(group.name));
  };

  return (
    <>
      <Panel
        title={w.deleteTitle}
        description={w.deleteText}
        actions={
          <Button
            variant="light"
            color="red"
            onClick={() => {
              setBlockers([]);
              setAsking(true);
            }}
          >
            {w.delete}
          </Button>
        }
      />
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => {
          setAsking(false);
        }}
        title={w.deleteConfirm(group.name)}
        consequences={[w.deleteOne, w.deleteTwo]}
        confirmLabel={w.delete}
        onConfirm={remove}
      >
        {blockers.length > 0 && (
          <Alert color="orange" title={w.inUse(blockers.length)}>
            <Stack gap="xs">
              <List size="sm">
                {blockers.map((one) => (
                  <List.Item key={one.id}>
                    {one.kind === 'connection' ? (
                      <Anchor component={Link} to={`/connections/${one.id}`} size="sm">
                        {one.label}
                      </Anchor>
                    ) : (
                      one.label
                    )}
                  </List.Item>
                ))}
              </List>
              <Text size="sm">{w.inUseText}</Text>
            </Stack>
          </Alert>
        )}
      </ConfirmDialog>
    </>
  );
}

function blockersOf(error: unknown): Blocker[] {
  const found = error instanceof ApiProblem ? error.extra.blockers : undefined;
  if (!Array.isArray(found)) return [];
  return found.filter((one): one is Blocker => typeof one === 'object' && one !== null && 'id' in one && 'label' in one);
}
