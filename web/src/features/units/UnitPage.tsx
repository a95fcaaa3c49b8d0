import { Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { api, call, ifMatch, refresh, type Schemas } from '../../api/client';
import { reaches, useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { NameDialog, type NameAndDescription } from '../../ui/NameDialog';
import { notifyDone } from '../../ui/notify';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { KeptRuns } from './KeptRuns';
import { Members } from './Members';
import { UnitLinks } from './UnitLinks';
import { words } from './words';

/** One business unit: what it is, who belongs to it, and where to go from here. */
export function UnitPage() {
  const w = useWords(words);
  const { unitId } = useParams({ from: '/shell/units/$unitId' });
  const query = api.useQuery('get', '/api/business-units/{unit_id}', { params: { path: { unit_id: unitId } } });
  const crumbs = [{ label: w.title, to: '/units' }];
  if (query.data) return <Loaded unit={query.data} />;
  return (
    <Page title="" crumbs={crumbs}>
      <QueryView query={query}>{() => null}</QueryView>
    </Page>
  );
}

function Loaded({ unit }: { unit: Schemas['BusinessUnit'] }) {
  const w = useWords(words);
  const me = useMe();
  const mayManage = reaches(me.may.manage_business_units, unit.id);
  const [isEditing, editing] = useDisclosure(false);

  const save = async (given: NameAndDescription) => {
    await call.PATCH('/api/business-units/{unit_id}', {
      params: { path: { unit_id: unit.id }, header: ifMatch(unit.version) },
      body: given,
    });
    await refresh();
    notifyDone(w.saved);
  };

  return (
    <Page
      title={unit.name}
      crumbs={[{ label: w.title, to: '/units' }]}
      description={unit.description || w.noDescription}
      actions={
        mayManage && (
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={editing.open}>
            {w.edit}
          </Button>
        )
      }
    >
      <Stack gap="xl">
        <UnitLinks unitId={unit.id} />
        <Members unit={unit} mayManage={mayManage} />
        <KeptRuns unit={unit} mayManage={mayManage} />
      </Stack>
      <NameDialog
        isOpen={isEditing}
        onClose={editing.close}
        title={w.editTitle}
        submitLabel={w.save}
        hint={w.descriptionHint}
        initial={unit}
        onSubmit={save}
      />
    </Page>
  );
}
