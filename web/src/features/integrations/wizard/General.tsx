import { Alert, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useWords } from '../../../lib/words';
import { findGroups } from '../../../ui/connection/pick';
import { Panel } from '../../../ui/Panel';
import { Picker } from '../../../ui/Picker';
import { words as shared } from '../words';
import type { StepProps } from './steps';
import { words } from './words';

interface GeneralProps extends StepProps {
  units: { id: string; name: string }[];
}

/** What it is called, and who may use it at all (O1). */
export function General({ draft, units, byField, isTried }: GeneralProps) {
  const w = useWords(words);
  const ws = useWords(shared);
  return (
    <Panel title={w.general} description={w.generalText}>
      <Stack gap="md">
        {units.length > 1 && (
          <Select
            label={ws.unit}
            required
            data={units.map(({ id, name }) => ({ value: id, label: name }))}
            value={draft.unitId ?? null}
            allowDeselect={false}
            error={byField.get('business_unit_id')}
            onChange={(chosen) => {
              if (chosen) draft.setUnitId(chosen);
            }}
          />
        )}
        <TextInput
          label={ws.title}
          description={w.titleHint}
          required
          maxLength={120}
          value={draft.title}
          error={byField.get('title') ?? byField.get('name') ?? (isTried && draft.title.trim() === '' ? w.needTitle : undefined)}
          onChange={(event) => {
            draft.setTitle(event.currentTarget.value);
          }}
        />
        <Textarea
          label={w.description}
          description={w.descriptionHint}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          value={draft.description}
          error={byField.get('description')}
          onChange={(event) => {
            draft.setDescription(event.currentTarget.value);
          }}
        />
        <Picker
          label={w.accessGroups}
          required
          description={w.accessGroupsHint}
          value={draft.groups}
          onChange={draft.setGroups}
          what="groups"
          find={findGroups}
          error={byField.get('access_groups') ?? (isTried && draft.groups.length === 0 ? w.needGroups : undefined)}
        />
        <Alert color="gray" variant="light" icon={<IconLock size={18} />}>
          {w.fixed}
        </Alert>
      </Stack>
    </Panel>
  );
}
