import { useState } from 'react';
import { Alert, Button, Code, CopyButton, Group, List, Loader, Stack, Text, Textarea } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy, IconShieldCheck } from '@tabler/icons-react';
import { api, type Schemas } from '../../api/client';
import { sentence } from '../../lib/sentence';
import { useWords } from '../../lib/words';
import { Dialog } from '../../ui/Dialog';
import { ProblemAlert } from '../../ui/states';
import { words } from './words';

type Anchor = Schemas['Anchor'];

/** Has the whole chain walked, and shows what was found; the anchor of the end is to be kept. */
export function VerifyDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const [kept, setKept] = useState('');
  const verify = api.useMutation('post', '/api/audit/verify');
  const anchor = readAnchor(kept);
  const start = () => {
    verify.mutate({ body: anchor ? { anchor } : {} });
  };
  return (
    <Dialog onClose={onClose} size="lg" title={w.verifyTitle}>
      <Stack>
        {verify.data ? <Result found={verify.data} /> : <Text size="sm">{w.verifyText}</Text>}
        {verify.isPending && (
          <Group gap="sm" role="status">
            <Loader size="sm" />
            <Text size="sm">{w.verifying}</Text>
          </Group>
        )}
        {!verify.data && (
          <Textarea
            label={w.anchorLabel}
            description={w.anchorHint}
            autosize
            minRows={2}
            maxRows={6}
            disabled={verify.isPending}
            error={anchor === null && w.anchorInvalid}
            value={kept}
            onChange={(event) => {
              setKept(event.currentTarget.value);
            }}
          />
        )}
        <ProblemAlert error={verify.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {w.close}
          </Button>
          <Button
            leftSection={<IconShieldCheck size={16} />}
            disabled={anchor === null || verify.isPending}
            onClick={verify.data ? verify.reset : start}
          >
            {verify.data ? w.again : w.verifyStart}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Result({ found }: { found: Schemas['Verification'] }) {
  const w = useWords(words);
  const end = JSON.stringify(found.end, null, 2);
  return (
    <Stack role="status">
      {found.is_intact ? (
        <Alert color="teal" icon={<IconShieldCheck size={18} />} title={w.intact}>
          {w.intactText(found.rows)}
        </Alert>
      ) : (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} title={w.broken}>
          <Text size="sm" mb="xs">
            {w.brokenText(found.rows)}
          </Text>
          <List size="sm">
            {found.findings.map((one) => (
              <List.Item key={`${one.place}-${one.sequence}`}>
                {w.finding(w[one.place], one.sequence)}: {sentence(one.message)}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <div>
        <Group justify="space-between" mb={6}>
          <Text size="sm" fw={600}>
            {w.anchorTitle}
          </Text>
          <CopyButton value={end}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                size="xs"
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                onClick={copy}
              >
                {copied ? w.copied : w.copyAnchor}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="sm" c="dimmed" mb="xs">
          {w.anchorText}
        </Text>
        <Code block>{end}</Code>
      </div>
    </Stack>
  );
}

/** The anchor that was typed; undefined if none was, null if it is none. */
function readAnchor(text: string): Anchor | undefined | null {
  if (text.trim() === '') return undefined;
  try {
    const { sequence, mac, count, at } = JSON.parse(text) as Partial<Anchor>;
    if (typeof sequence !== 'number' || typeof mac !== 'string' || typeof count !== 'number' || typeof at !== 'string') return null;
    return { sequence, mac, count, at };
  } catch {
    return null;
  }
}
