import { Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { Panel } from '../../../ui/Panel';
import { nearest, type Position } from './positions';
import { words } from './words';

type Finding = Schemas['ProcessFinding'];

interface FindingsProps {
  findings: readonly Finding[];
  positions: ReadonlyMap<string, Position>;
  onShow: (part: Position) => void;
}

/** What publishing would refuse or remark on; each leads to its line. */
export function Findings({ findings, positions, onShow }: FindingsProps) {
  const w = useWords(words);
  const errors = findings.filter((one) => one.is_error).length;
  const remarks = findings.length - errors;
  const summary = [...(errors > 0 ? [w.errors(errors)] : [w.noFindings]), ...(remarks > 0 ? [w.remarks(remarks)] : [])].join(' ');
  return (
    <Panel title={w.findings} description={w.asSaved}>
      <Stack gap="sm">
        <Group gap="xs" wrap="nowrap" align="flex-start" role="status">
          {errors === 0 && <IconCircleCheck size={18} aria-hidden color="var(--mantine-color-teal-text)" />}
          <Text size="sm">{summary}</Text>
        </Group>
        {findings.map((one, place) => (
          <Row key={place} finding={one} position={nearest(positions, one.pointer)} onShow={onShow} />
        ))}
      </Stack>
    </Panel>
  );
}

function Row({ finding, position, onShow }: { finding: Finding; position: Position | undefined; onShow: (part: Position) => void }) {
  const w = useWords(words);
  const Icon = finding.is_error ? IconAlertTriangle : IconInfoCircle;
  return (
    <UnstyledButton
      disabled={!position}
      onClick={() => {
        if (position) onShow(position);
      }}
    >
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Icon size={16} aria-hidden style={{ flex: 'none', marginTop: 3 }} color={`var(--mantine-color-${finding.is_error ? 'red' : 'yellow'}-text)`} />
        <div style={{ minWidth: 0 }}>
          <Text size="sm">{sentence(finding.message)}</Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {position && `${w.line(position.line)} · `}
            {finding.pointer || w.top}
          </Text>
        </div>
      </Group>
    </UnstyledButton>
  );
}
