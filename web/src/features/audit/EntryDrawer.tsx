import { Anchor, Button, Code, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useLanguage } from '../../lib/language';
import { duration, fullTime } from '../../lib/time';
import { useWords } from '../../lib/words';
import { actInWords } from '../../ui/entry/acts';
import { OutcomeBadge } from '../../ui/entry/OutcomeBadge';
import { words as entryWords } from '../../ui/entry/words';
import { Facts } from '../../ui/Facts';
import { DataList } from './DataList';
import type { AuditSearch } from './search';
import { useObjectLabel } from './useObjectLabel';
import { words } from './words';

type Entry = Schemas['AuditEntry'];

interface EntryDrawerProps {
  entry: Entry | null;
  onClose: () => void;
  onSearch: (search: AuditSearch) => void;
}

/** One entry, with all that was recorded. */
export function EntryDrawer({ entry, onClose, onSearch }: EntryDrawerProps) {
  const w = useWords(words);
  const { language } = useLanguage();
  return (
    <Drawer
      opened={entry !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={<Text fw={620}>{entry ? actInWords(entry.name, language) : w.entry}</Text>}
      closeButtonProps={{ 'aria-label': w.close }}
    >
      {entry && <Body entry={entry} onSearch={onSearch} />}
    </Drawer>
  );
}

function Body({ entry, onSearch }: { entry: Entry; onSearch: (search: AuditSearch) => void }) {
  const w = useWords(words);
  const we = useWords(entryWords);
  const { language } = useLanguage();
  const labelOf = useObjectLabel();
  const { actor, object } = entry;
  const isPerson = actor.kind === 'person' && actor.id !== '';
  const unit = entry.business_unit_id;
  return (
    <Stack gap="lg">
      <Facts
        rows={[
          [we.outcome, <OutcomeBadge key="outcome" outcome={entry.outcome} />],
          [w.when, fullTime(new Date(entry.at), language)],
          [w.who, <Linked key="who" label={actor.label || w.nobody} to={isPerson ? `/people/${actor.id}` : undefined} />],
          [we.door, we[entry.door]],
          [w.via, actor.via && <Id key="via" label={actor.via.startsWith('tok') ? w.token : w.session} id={actor.via} />],
          [w.to, <Linked key="to" label={labelOf(object) || object.id} to={pageOf(object)} />],
          [w.unit, unit && <Linked key="unit" label={entry.names[unit] ?? unit} to={`/units/${unit}`} />],
          [w.rule, entry.rule && <Code key="rule">{entry.rule}</Code>],
          [w.duration, entry.duration_ms !== null && duration(Math.round(entry.duration_ms), language)],
          [w.act, <Code key="act">{entry.name}</Code>],
          [w.requestId, <Code key="request">{entry.request_id}</Code>],
          [w.entryId, <Code key="id">{entry.id}</Code>],
          [w.sequence, String(entry.sequence)],
        ]}
      />
      <Data title={w.data_} data={entry.data} names={entry.names} />
      <Data title={w.outcomeData} data={entry.outcome_data} names={entry.names} />
      <Group gap="xs">
        {isPerson && (
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              onSearch({ person: actor.id });
            }}
          >
            {w.allOfPerson}
          </Button>
        )}
        {object.id && (
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              onSearch({ object: object.id });
            }}
          >
            {w.allOfObject}
          </Button>
        )}
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            onSearch({ request: entry.request_id });
          }}
        >
          {w.allOfRequest}
        </Button>
      </Group>
    </Stack>
  );
}

interface DataProps {
  title: string;
  data: Record<string, unknown>;
  names: Record<string, string>;
}

function Data({ title, data, names }: DataProps) {
  if (Object.keys(data).length === 0) return null;
  return (
    <section aria-label={title}>
      <Title order={3} mb={4}>
        {title}
      </Title>
      <DataList data={data} names={names} />
    </section>
  );
}

function Linked({ label, to }: { label: string; to: string | undefined }) {
  return to ? (
    <Anchor component={Link} to={to} size="sm">
      {label}
    </Anchor>
  ) : (
    <>{label}</>
  );
}

function Id({ label, id }: { label: string; id: string }) {
  return (
    <>
      {label} <Code>{id}</Code>
    </>
  );
}

function pageOf({ kind, id }: Entry['object']): string | undefined {
  if (!id) return undefined;
  const places: Record<string, string> = {
    connection: '/connections',
    business_unit: '/units',
    group: '/groups',
    person: '/people',
    process: '/processes',
    run: '/runs',
    task: '/tasks',
  };
  const place = places[kind];
  return place && `${place}/${id}`;
}
