import { Button, Code, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useLanguage } from '../../lib/language';
import { fullTime } from '../../lib/time';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Panel } from '../../ui/Panel';
import { words } from './words';

/** The end of the record now, to be kept elsewhere. */
export function AnchorPanel({ anchor }: { anchor: Schemas['Anchor'] }) {
  const w = useWords(words);
  const { language } = useLanguage();
  return (
    <Panel
      title={w.auditTitle}
      description={w.auditText}
      actions={
        <CopyButton value={JSON.stringify(anchor, null, 2)}>
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
      }
    >
      <Facts
        rows={[
          [w.entries, new Intl.NumberFormat(language).format(anchor.count)],
          [w.mac, <Code key="mac">{anchor.mac}</Code>],
          [w.at, fullTime(new Date(anchor.at), language)],
        ]}
      />
      <Group mt="sm">
        <Button component={Link} to="/audit" variant="default" size="xs">
          {w.toAudit}
        </Button>
      </Group>
    </Panel>
  );
}
