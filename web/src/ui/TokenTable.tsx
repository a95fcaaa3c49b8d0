import { useState } from 'react';
import { ActionIcon, Badge, Group, Text, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { api, call, refresh, type Schemas } from '../api/client';
import { byCursor } from '../api/paging';
import { defineWords, useWords } from '../lib/words';
import { ConfirmDialog } from './ConfirmDialog';
import { DataTable, type Column } from './DataTable';
import { notifyDone } from './notify';
import { TimeAgo } from './TimeAgo';

type Token = Schemas['Token'];

const tokenWords = defineWords({
  en: {
    label: 'API tokens',
    name: 'Name',
    scopes: 'Scopes',
    created: 'Created',
    expires: 'Expires',
    lastUsed: 'Last used',
    actions: 'Actions',
    none: 'No API tokens.',
    revoke: 'Revoke',
    revokeOf: (name: string) => `Revoke ${name}`,
    revokeTitle: (name: string) => `Revoke the token “${name}”?`,
    revokeText: 'Programs that use it are refused within a second.',
    revokeForGood: 'It can’t be brought back; another one can be made.',
    revokeSubmit: 'Revoke token',
    revoked: 'Revoked',
    revokedDone: 'The token was revoked.',
    expired: 'Expired',
  },
  de: {
    label: 'API-Token',
    name: 'Name',
    scopes: 'Rechte',
    created: 'Erstellt',
    expires: 'Läuft ab',
    lastUsed: 'Zuletzt benutzt',
    actions: 'Aktionen',
    none: 'Keine API-Token.',
    revoke: 'Widerrufen',
    revokeOf: (name: string) => `${name} widerrufen`,
    revokeTitle: (name: string) => `Token „${name}“ widerrufen?`,
    revokeText: 'Programme, die es benutzen, werden innerhalb einer Sekunde abgewiesen.',
    revokeForGood: 'Es lässt sich nicht zurückholen; ein neues kann erstellt werden.',
    revokeSubmit: 'Token widerrufen',
    revoked: 'Widerrufen',
    revokedDone: 'Das Token wurde widerrufen.',
    expired: 'Abgelaufen',
  },
});

interface TokenTableProps {
  personId: string;
  mayRevoke: boolean;
}

/** A person's API tokens, newest first, with those that are over. */
export function TokenTable({ personId, mayRevoke }: TokenTableProps) {
  const w = useWords(tokenWords);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const query = api.useInfiniteQuery('get', '/api/tokens', { params: { query: { person_id: personId } } }, byCursor);
  const revoke = async (token: Token) => {
    await call.DELETE('/api/tokens/{token_id}', { params: { path: { token_id: token.id } } });
    await refresh('/api/tokens');
    notifyDone(w.revokedDone);
  };
  const columns: Column<Token>[] = [
    { key: 'name', label: w.name, render: (token) => token.name },
    { key: 'scopes', label: w.scopes, width: '24%', render: (token) => <Scopes scopes={token.scopes} /> },
    { key: 'created', label: w.created, width: 155, onPhone: 'hidden', render: (token) => <TimeAgo at={token.created_at} /> },
    { key: 'used', label: w.lastUsed, width: 155, render: (token) => <TimeAgo at={token.last_used_at} /> },
    { key: 'expires', label: w.expires, width: 155, render: (token) => <End token={token} /> },
  ];
  if (mayRevoke) {
    columns.push({
      key: 'actions',
      label: w.actions,
      width: 80,
      align: 'right',
      render: (token) =>
        isValid(token) && (
          <Tooltip label={w.revoke}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={w.revokeOf(token.name)}
              onClick={() => {
                setRevoking(token);
              }}
            >
              <IconTrash size={17} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        ),
    });
  }
  return (
    <>
      <DataTable
        label={w.label}
        query={query}
        columns={columns}
        rowKey={(token) => token.id}
        empty={
          <Text size="sm" c="dimmed">
            {w.none}
          </Text>
        }
      />
      {revoking && (
        <ConfirmDialog
          isOpen
          onClose={() => {
            setRevoking(null);
          }}
          title={w.revokeTitle(revoking.name)}
          consequences={[w.revokeText, w.revokeForGood]}
          confirmLabel={w.revokeSubmit}
          onConfirm={() => revoke(revoking)}
        />
      )}
    </>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  return (
    <Group gap={6}>
      {scopes.map((scope) => (
        <Badge key={scope} color="gray" ff="monospace">
          {scope}
        </Badge>
      ))}
    </Group>
  );
}

function End({ token }: { token: Token }) {
  const w = useWords(tokenWords);
  if (token.revoked_at) return <Badge color="gray">{w.revoked}</Badge>;
  if (!isValid(token)) return <Badge color="gray">{w.expired}</Badge>;
  return <TimeAgo at={token.expires_at} />;
}

function isValid(token: Token): boolean {
  return token.revoked_at === null && new Date(token.expires_at) > new Date();
}
