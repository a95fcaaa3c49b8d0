import { useState, type ReactNode } from 'react';
import { Alert, Box, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { api, call, ifMatch, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { departureLines, departureWords } from '../../ui/departure';
import { notifyDone } from '../../ui/notify';
import { Panel } from '../../ui/Panel';
import { CodeDialog } from './CodeDialog';
import { words } from './words';

type Person = Schemas['Person'];

interface SignInPanelProps {
  person: Person;
  mayManage: boolean;
}

/** What helps when somebody forgot, lost something, or leaves. */
export function SignInPanel({ person, mayManage }: SignInPanelProps) {
  const w = useWords(words);
  const [asking, setAsking] = useState<'reset' | 'end' | 'deactivate' | null>(null);
  const [issued, setIssued] = useState<Schemas['SignInCode'] | null>(null);
  const stop = () => {
    setAsking(null);
  };
  const path = { person_id: person.id };

  const reset = async () => {
    const { data } = await call.POST('/api/people/{person_id}/reset-sign-in', { params: { path } });
    await refresh('/api/people');
    setIssued(data ?? null);
  };
  const end = async () => {
    const { data } = await call.POST('/api/people/{person_id}/end-sessions', { params: { path } });
    notifyDone(w.ended(data?.ended ?? 0));
  };

  if (!person.is_active) return mayManage ? <Reactivate person={person} /> : null;
  return (
    <Panel title={w.signIn}>
      <Stack gap="lg">
        {mayManage && (
          <Way title={w.resetTitle} text={w.resetText}>
            <Button
              variant="default"
              onClick={() => {
                setAsking('reset');
              }}
            >
              {w.reset}
            </Button>
          </Way>
        )}
        <Way title={w.endTitle} text={w.endText}>
          <Button
            variant="default"
            onClick={() => {
              setAsking('end');
            }}
          >
            {w.end}
          </Button>
        </Way>
        {mayManage && (
          <Way title={w.deactivateTitle} text={w.deactivateText}>
            <Button
              variant="light"
              color="red"
              onClick={() => {
                setAsking('deactivate');
              }}
            >
              {w.deactivate}
            </Button>
          </Way>
        )}
      </Stack>
      <ConfirmDialog
        isOpen={asking === 'reset'}
        onClose={stop}
        title={w.resetConfirm(person.name)}
        consequences={[w.resetOne, w.resetTwo, w.resetThree]}
        confirmLabel={w.reset}
        onConfirm={reset}
      />
      <ConfirmDialog
        isOpen={asking === 'end'}
        onClose={stop}
        title={w.endConfirm(person.name)}
        consequences={[w.endOne]}
        confirmLabel={w.end}
        onConfirm={end}
      />
      {asking === 'deactivate' && <DeactivateDialog person={person} onClose={stop} />}
      {issued && (
        <CodeDialog
          issued={issued}
          title={w.resetTitle}
          onClose={() => {
            setIssued(null);
          }}
        />
      )}
    </Panel>
  );
}

interface WayProps {
  title: string;
  text: string;
  children: ReactNode;
}

function Way({ title, text, children }: WayProps) {
  return (
    <Group justify="space-between" gap="sm" align="center">
      <Box maw={560}>
        <Title order={3}>{title}</Title>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </Box>
      {children}
    </Group>
  );
}

/** Says first what will happen, in numbers: nothing goes down, admin rights pass on, and who is told (C12). */
function DeactivateDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const w = useWords(words);
  const d = useWords(departureWords);
  const path = { person_id: person.id };
  const departure = api.useQuery('get', '/api/people/{person_id}/departure', { params: { path } });
  const tokens = api.useQuery('get', '/api/tokens', { params: { query: { person_id: person.id, limit: 200 } } });
  const valid = (tokens.data?.items ?? []).filter((token) => !token.revoked_at && new Date(token.expires_at) > new Date());

  const deactivate = async () => {
    await call.POST('/api/people/{person_id}/deactivate', { params: { path, header: ifMatch(person.version) } });
    await refresh();
    notifyDone(w.deactivatedDone(person.name));
  };

  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={w.deactivateConfirm(person.name)}
      consequences={[
        tokens.data ? w.deactivateSessions(valid.length) : <Skeleton key="tokens" height={16} mt={4} />,
        ...(departure.data ? departureLines(departure.data, d) : [<Skeleton key="departure" height={16} mt={4} />]),
        w.deactivateComeBack,
      ]}
      confirmLabel={w.deactivate}
      onConfirm={deactivate}
    />
  );
}

function Reactivate({ person }: { person: Person }) {
  const w = useWords(words);
  const [isAsking, setAsking] = useState(false);
  const reactivate = async () => {
    await call.POST('/api/people/{person_id}/reactivate', {
      params: { path: { person_id: person.id }, header: ifMatch(person.version) },
    });
    await refresh();
    notifyDone(w.reactivated(person.name));
  };
  return (
    <Alert color="gray" title={w.deactivated}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{w.reactivateText(person.name)}</Text>
        <Button
          variant="default"
          onClick={() => {
            setAsking(true);
          }}
        >
          {w.reactivate}
        </Button>
      </Stack>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => {
          setAsking(false);
        }}
        title={`${w.reactivate}?`}
        consequences={[w.reactivateText(person.name)]}
        confirmLabel={w.reactivate}
        onConfirm={reactivate}
        color="petrol"
      />
    </Alert>
  );
}
