import { Alert, Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEye } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { useMe } from '../../../api/me';
import { useWords } from '../../../lib/words';
import { PersonSelect } from '../../../ui/connection/PersonSelect';
import { PlainDialog } from '../../../ui/PlainDialog';
import { words } from './words';

/** Chooses whose list to show (C17); for super admins, auditors of the installation and administrators. */
export function ViewAs({ onChoose }: { onChoose: (personId: string) => void }) {
  const w = useWords(words);
  const me = useMe();
  const [isOpen, { open, close }] = useDisclosure(false);
  const administers = me.business_units.some(({ roles }) => roles.includes('administrator'));
  if (me.installation_roles.length === 0 && !administers) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} onClick={open}>
        {w.viewAs}
      </Button>
      <PlainDialog isOpen={isOpen} onClose={close} title={w.viewAsTitle}>
        <Stack mih={180}>
          <Text size="sm" c="dimmed">
            {w.viewAsText}
          </Text>
          <PersonSelect
            label={w.viewAsPerson}
            value={null}
            unitId={undefined}
            onChange={(person) => {
              if (!person) return;
              onChoose(person.id);
              close();
            }}
          />
        </Stack>
      </PlainDialog>
    </>
  );
}

interface ViewedAsProps {
  viewedAs: Schemas['ViewedAs'];
  onBack: () => void;
}

/** Says whose list it is, and what is left out of it. */
export function ViewedAs({ viewedAs, onBack }: ViewedAsProps) {
  const w = useWords(words);
  return (
    <Alert variant="default" icon={<IconEye size={18} aria-hidden />} title={w.viewing(viewedAs.person.name)} mb="md" role="status">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {w.viewingText} {viewedAs.left_out > 0 && w.leftOut(viewedAs.left_out)}
        </Text>
        <Button size="xs" variant="default" onClick={onBack}>
          {w.backToMine}
        </Button>
      </Stack>
    </Alert>
  );
}
