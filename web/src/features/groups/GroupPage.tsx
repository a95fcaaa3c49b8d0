import { Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { api, call, ifMatch, refresh, type Schemas } from '../../api/client';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { NameDialog, type NameAndDescription } from '../../ui/NameDialog';
import { notifyDone } from '../../ui/notify';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { DeleteGroup } from './DeleteGroup';
import { GroupMembers } from './GroupMembers';
import { words } from './words';

/** One group: what it is for, and who belongs to it. */
export function GroupPage() {
  const w = useWords(words);
  const { groupId } = useParams({ from: '/shell/groups/$groupId' });
  const query = api.useQuery('get', '/api/groups/{group_id}', { params: { path: { group_id: groupId } } });
  if (query.data) return <Loaded group={query.data} />;
  return (
    <Page title="" crumbs={[{ label: w.title, to: '/groups' }]}>
      <QueryView query={query}>{() => null}</QueryView>
    </Page>
  );
}

function Loaded({ group }: { group: Schemas['Group'] }) {
  const w = useWords(words);
  const mayManage = useMe().may.manage_groups;
  const [isEditing, editing] = useDisclosure(false);

  const save = async (given: NameAndDescription) => {
    await call.PATCH('/api/groups/{group_id}', {
      params: { path: { group_id: group.id }, header: ifMatch(group.version) },
      body: given,
    });
    await refresh();
    notifyDone(w.saved);
  };

  return (
    <Page
      title={group.name}
      crumbs={[{ label: w.title, to: '/groups' }]}
      description={group.description || w.noDescription}
      actions={
        mayManage && (
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={editing.open}>
            {w.edit}
          </Button>
        )
      }
    >
      <Stack gap="xl">
        <GroupMembers group={group} mayManage={mayManage} />
        {mayManage && <DeleteGroup group={group} />}
      </Stack>
      <NameDialog
        isOpen={isEditing}
        onClose={editing.close}
        title={w.editTitle}
        submitLabel={w.save}
        hint={w.descriptionHint}
        initial={group}
        onSubmit={save}
      />
    </Page>
  );
}
