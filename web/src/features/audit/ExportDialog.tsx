import { useState } from 'react';
import { Button, Group, List, Radio, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useWords } from '../../lib/words';
import { PlainDialog } from '../../ui/PlainDialog';
import { words as uiWords } from '../../ui/words';
import { auditQuery, type AuditSearch } from './search';
import { words } from './words';

interface ExportDialogProps {
  search: AuditSearch;
  isFiltered: boolean;
  onClose: () => void;
}

/** A link, not a request of the page: the browser writes the file while it comes, however large it gets. */
export function ExportDialog({ search, isFiltered, onClose }: ExportDialogProps) {
  const w = useWords(words);
  const u = useWords(uiWords);
  const [format, setFormat] = useState('csv');
  const given = Object.entries(auditQuery(search)).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const address = `/api/audit/export?${new URLSearchParams([...given, ['format', format]]).toString()}`;
  return (
    <PlainDialog onClose={onClose} title={w.exportTitle}>
      <Stack>
        <List size="sm" spacing={6} withPadding={false}>
          <List.Item>{isFiltered ? w.exportFiltered : w.exportAll}</List.Item>
          <List.Item>{w.exportSize}</List.Item>
          <List.Item>{w.exportRecorded}</List.Item>
        </List>
        <Radio.Group label={w.format} value={format} onChange={setFormat}>
          <Stack gap="xs" mt="xs">
            <Radio value="csv" label={w.csv} />
            <Radio value="jsonl" label={w.jsonl} />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {u.cancel}
          </Button>
          <Button component="a" href={address} download leftSection={<IconDownload size={16} />} onClick={onClose}>
            {w.download}
          </Button>
        </Group>
      </Stack>
    </PlainDialog>
  );
}
