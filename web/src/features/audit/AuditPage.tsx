import { useState } from 'react';
import { Button, Text } from '@mantine/core';
import { IconDownload, IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { reachesAny, useMe } from '../../api/me';
import { byCursor } from '../../api/paging';
import { useLanguage } from '../../lib/language';
import { fullTime } from '../../lib/time';
import { useWords } from '../../lib/words';
import { DataTable, NothingFound, type Column } from '../../ui/DataTable';
import { actInWords } from '../../ui/entry/acts';
import { OutcomeBadge } from '../../ui/entry/OutcomeBadge';
import { words as entryWords } from '../../ui/entry/words';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';
import { EntryDrawer } from './EntryDrawer';
import { ExportDialog } from './ExportDialog';
import { Filters } from './Filters';
import { auditQuery, type AuditSearch } from './search';
import { useObjectLabel } from './useObjectLabel';
import { VerifyDialog } from './VerifyDialog';
import { words } from './words';

type Entry = Schemas['AuditEntry'];

/** The record: searched, looked at, exported, verified (E1). */
export function AuditPage() {
  const w = useWords(words);
  const we = useWords(entryWords);
  const { language } = useLanguage();
  const { may } = useMe();
  const labelOf = useObjectLabel();
  const navigate = useNavigate({ from: '/audit' });
  const search = useSearch({ from: '/shell/audit' });
  const [opened, setOpened] = useState<Entry | null>(null);
  const [dialog, setDialog] = useState<'export' | 'verify' | null>(null);
  const query = api.useInfiniteQuery('get', '/api/audit', { params: { query: auditQuery(search) } }, byCursor);
  const mayRead = reachesAny(may.read_audit);
  const isFiltered = Object.values(search).some(Boolean);
  const change = (next: AuditSearch) => {
    void navigate({ search: next, replace: true });
  };
  const closeDialog = () => {
    setDialog(null);
  };

  const columns: Column<Entry>[] = [
    { key: 'what', label: w.what, width: '22%', render: (entry) => actInWords(entry.name, language) },
    { key: 'to', label: w.to, width: '18%', render: (entry) => <Short text={labelOf(entry.object)} /> },
    { key: 'who', label: w.who, width: '16%', render: (entry) => <Short text={entry.actor.label || w.nobody} /> },
    { key: 'door', label: we.door, width: 130, render: (entry) => <span className="whole">{we[entry.door]}</span> },
    { key: 'outcome', label: we.outcome, width: 130, render: (entry) => <OutcomeBadge outcome={entry.outcome} /> },
    {
      key: 'when',
      label: w.when,
      width: 190,
      render: (entry) => (
        <Text size="sm" component="time" dateTime={entry.at} className="tabular" style={{ whiteSpace: 'nowrap' }}>
          {fullTime(new Date(entry.at), language)}
        </Text>
      ),
    },
  ];

  return (
    <Page
      title={w.title}
      description={may.read_audit.everywhere ? w.intro : `${w.intro} ${w.introUnits}`}
      actions={
        mayRead && <>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => {
              setDialog('export');
            }}
          >
            {w.export}
          </Button>
          {may.verify_audit && (
            <Button
              variant="default"
              leftSection={<IconShieldCheck size={16} />}
              onClick={() => {
                setDialog('verify');
              }}
            >
              {w.verify}
            </Button>
          )}
        </>
      }
    >
      {mayRead && <Filters search={search} onChange={change} />}
      <DataTable
        label={w.title}
        query={query}
        columns={columns}
        rowKey={(entry) => entry.id}
        onRowClick={setOpened}
        empty={
          isFiltered ? (
            <NothingFound
              onClear={() => {
                change({});
              }}
            />
          ) : (
            <Empty icon={<IconHistory size={24} />} title={w.empty}>
              {w.emptyText}
            </Empty>
          )
        }
      />
      <EntryDrawer
        entry={opened}
        onClose={() => {
          setOpened(null);
        }}
        onSearch={(only) => {
          setOpened(null);
          change(only);
        }}
      />
      {dialog === 'export' && <ExportDialog search={search} isFiltered={isFiltered} onClose={closeDialog} />}
      {dialog === 'verify' && <VerifyDialog onClose={closeDialog} />}
    </Page>
  );
}

function Short({ text }: { text: string }) {
  return (
    <Text size="sm" lineClamp={1} title={text}>
      {text || '–'}
    </Text>
  );
}
