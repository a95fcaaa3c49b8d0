import { useState } from 'react';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlus, IconShieldLock } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { reachesAny, useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { Toolbar } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { UnitSelect } from '../../ui/UnitSelect';
import { AllowTargetDialog } from './AllowTargetDialog';
import { Targets } from './Targets';
import { words } from './words';

/** The allow lists of what connections may reach inside the network. */
export function OutboundPage() {
  const w = useWords(words);
  const { may } = useMe();
  const navigate = useNavigate({ from: '/outbound' });
  const asked = useSearch({ from: '/shell/outbound' }).unit;
  const { everywhere, business_unit_ids: own } = may.list_outbound_targets;
  const unit = asked ?? (everywhere ? undefined : own[0]);
  const [isAdding, setAdding] = useState(false);
  const add = may.allow_outbound_targets && (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => {
        setAdding(true);
      }}
    >
      {w.allow}
    </Button>
  );
  return (
    <Page title={w.title} description={w.intro} actions={add}>
      <Stack gap="lg">
        <Alert color="gray" icon={<IconShieldLock size={18} />} title={w.whyTitle}>
          <Text size="sm" maw={820}>
            {w.why}
          </Text>
        </Alert>
        <div>
          {reachesAny(may.list_outbound_targets) && (
            <Toolbar
              right={
                <Text size="xs" c="dimmed">
                  {unit ? w.installationToo : !may.allow_outbound_targets && w.superAdmins}
                </Text>
              }
            >
              <UnitSelect
                label={w.place}
                noUnit={everywhere ? w.installation : undefined}
                only={everywhere ? undefined : own}
                value={unit}
                onChange={(chosen) => {
                  void navigate({ search: { unit: chosen }, replace: true });
                }}
              />
            </Toolbar>
          )}
          <Targets unit={unit} emptyAction={add} />
        </div>
      </Stack>
      {isAdding && (
        <AllowTargetDialog
          unit={unit}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </Page>
  );
}
