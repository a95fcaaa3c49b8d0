import {
  IconApi, IconBrandMysql, IconDatabase, IconFileDatabase, IconFolder, IconMail, IconPlug, IconServer2, IconWorld,
} from '@tabler/icons-react';
import { ThemeIcon } from '@mantine/core';

const ICONS: Record<string, typeof IconPlug> = {
  http: IconWorld,
  openapi: IconApi,
  postgresql: IconDatabase,
  mysql: IconBrandMysql,
  sqlite: IconFileDatabase,
  mail: IconMail,
  folder: IconFolder,
  sftp: IconServer2,
};

/** A picture for a kind of system; a plug for those that have none yet. */
export function ConnectorIcon({ connector, size = 28 }: { connector: string; size?: number }) {
  const Icon = ICONS[connector] ?? IconPlug;
  return (
    <ThemeIcon variant="light" size={size} radius="md" aria-hidden>
      <Icon size={Math.round(size * 0.6)} stroke={1.6} />
    </ThemeIcon>
  );
}
