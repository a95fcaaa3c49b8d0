import { Code, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useLanguage } from '../../lib/language';
import { size } from '../../lib/measures';
import { fullTime } from '../../lib/time';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Panel } from '../../ui/Panel';
import { words } from './words';

/** What it runs on, and as what. */
export function AboutPanel({ installation }: { installation: Schemas['Installation'] }) {
  const w = useWords(words);
  const { language } = useLanguage();
  const { database } = installation;
  const isSqlite = database.kind === 'sqlite';
  return (
    <Panel title={w.about}>
      <Facts
        rows={[
          [w.version, `Jackfield ${installation.product_version}`],
          [w.address, <Address key="address" installation={installation} />],
          [w.mode, installation.production ? w.production : w.notProduction],
          [
            w.database,
            <Noted key="database" text={isSqlite ? w.sqlite : w.postgresql} note={database.journal && w.journal(database.journal)} />,
          ],
          [w.free, database.free_bytes !== null && size(database.free_bytes, language)],
          [
            w.auditFile,
            <Noted
              key="file"
              text={installation.audit_in_file ? w.yes : w.no}
              note={installation.audit_in_file ? null : w.noFileHint}
            />,
          ],
          [w.started, fullTime(new Date(installation.started_at), language)],
          [w.created, fullTime(new Date(installation.created_at), language)],
          [w.id, <Code key="id">{installation.id}</Code>],
          [w.python, installation.python_version],
          [w.sqliteVersion, isSqlite && installation.sqlite_version],
        ]}
      />
    </Panel>
  );
}

function Address({ installation }: { installation: Schemas['Installation'] }) {
  const w = useWords(words);
  return (
    <Noted
      text={`${installation.public_url} · ${installation.is_encrypted ? w.encrypted : w.notEncrypted}`}
      note={installation.is_encrypted ? null : w.notEncryptedHint}
    />
  );
}

function Noted({ text, note }: { text: string; note: string | null }) {
  return (
    <Stack gap={2}>
      <span>{text}</span>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Stack>
  );
}
