import { Button, Stack, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { call } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { findPeople } from '../../../ui/connection/pick';
import type { Choice } from '../../../ui/Picker';
import { ProblemAlert } from '../../../ui/states';
import type { FindEntries } from '../methods/GrantDialog';
import { isWriting } from '../methods/grants';
import { MethodTable } from '../methods/MethodTable';
import type { StepProps } from './steps';
import classes from './Wizard.module.css';
import { words } from './words';

/** Who may call which method (O5), and whether each call is confirmed (O6). */
export function Rights({ draft, error }: StepProps & { error: unknown }) {
  const w = useWords(words);
  const reading = draft.lines.filter(({ method, grant }) => !isWriting(method) && grant === null).map(({ method }) => method.name);
  const find: FindEntries = async (level, search) => {
    switch (level) {
      case 'groups':
        return matching(draft.groups, search);
      case 'individuals':
        return findPeople(search, undefined, 'ask');
      case 'company':
        return findUnits(search);
    }
  };
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw={680}>
        {w.rightsText}
      </Text>
      <ProblemAlert error={error} />
      {reading.length > 0 && draft.groups.length > 0 && (
        <Button
          variant="default"
          leftSection={<IconEye size={16} aria-hidden />}
          className={classes.long}
          onClick={() => {
            draft.setGrants(reading, { level: 'groups', entries: draft.groups, confirmation: null });
          }}
        >
          {w.grantReading(reading.length)}
        </Button>
      )}
      <MethodTable lines={draft.lines} onGrant={draft.setGrants} find={find} what={draft.groups.map(({ id }) => id).join(' ')} />
    </Stack>
  );
}

function matching(choices: readonly Choice[], search: string): Choice[] {
  return choices.filter(({ name }) => name.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase()));
}

async function findUnits(search: string): Promise<Choice[]> {
  const { data } = await call.GET('/api/business-units', { params: { query: { limit: 200 } } });
  return matching(data?.items ?? [], search).map(({ id, name }) => ({ id, name }));
}
