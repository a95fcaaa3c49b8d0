import { useState } from 'react';
import { Badge, Button, SimpleGrid, Stack } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { QueryView } from '../../ui/QueryView';
import { InstallationRoleBadges } from '../../ui/RoleBadges';
import { TimeAgo } from '../../ui/TimeAgo';
import { Belonging } from './Belonging';
import { EditPersonDialog } from './EditPersonDialog';
import { InstallationRolesDialog } from './InstallationRolesDialog';
import { SignInPanel } from './SignInPanel';
import { TokensPanel } from './TokensPanel';
import { words } from './words';

/** One person: who it is, what for, and what can be done when somebody forgets, loses or leaves. */
export function PersonPage() {
  const w = useWords(words);
  const me = useMe();
  const { personId } = useParams({ from: '/shell/people/$personId' });
  const query = api.useQuery('get', '/api/people/{person_id}', { params: { path: { person_id: personId } } });
  const crumbs = me.may.list_people ? [{ label: w.title, to: '/people' }] : [];
  if (query.data) return <Loaded person={query.data} crumbs={crumbs} />;
  return (
    <Page title="" crumbs={crumbs}>
      <QueryView query={query}>{() => null}</QueryView>
    </Page>
  );
}

interface LoadedProps {
  person: Schemas['Person'];
  crumbs: { label: string; to: string }[];
}

function Loaded({ person, crumbs }: LoadedProps) {
  const w = useWords(words);
  const me = useMe();
  const isMe = person.id === me.person_id;
  const mayManage = me.may.manage_people;
  const seesTokens = isMe || mayManage || me.installation_roles.length > 0;
  return (
    <Page
      title={person.name}
      crumbs={crumbs}
      badge={!person.is_active ? <Badge color="gray">{w.deactivated}</Badge> : isMe ? <Badge>{w.you}</Badge> : null}
    >
      <Stack gap="lg">
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <AboutPanel person={person} mayManage={mayManage} />
          <Belonging person={person} />
        </SimpleGrid>
        {seesTokens && <TokensPanel person={person} mayRevoke={isMe || mayManage} />}
        {(isMe || mayManage) && <SignInPanel person={person} mayManage={mayManage} />}
      </Stack>
    </Page>
  );
}

function AboutPanel({ person, mayManage }: { person: Schemas['Person']; mayManage: boolean }) {
  const w = useWords(words);
  const [editing, setEditing] = useState<'facts' | 'roles' | null>(null);
  const stop = () => {
    setEditing(null);
  };
  return (
    <Panel
      title={w.facts}
      actions={
        mayManage && (
          <>
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                setEditing('roles');
              }}
            >
              {w.changeInstallationRoles}
            </Button>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPencil size={14} />}
              onClick={() => {
                setEditing('facts');
              }}
            >
              {w.edit}
            </Button>
          </>
        )
      }
    >
      <Facts
        rows={[
          [w.signInName, person.sign_in_name],
          [w.email, person.email],
          [w.installationRoles, <InstallationRoleBadges key="roles" roles={person.installation_roles} orNone />],
          [w.since, <TimeAgo key="since" at={person.created_at} />],
          [w.changed, <TimeAgo key="changed" at={person.modified_at} />],
        ]}
      />
      {editing === 'facts' && <EditPersonDialog person={person} onClose={stop} />}
      {editing === 'roles' && <InstallationRolesDialog person={person} onClose={stop} />}
    </Panel>
  );
}
