import { useState } from 'react';
import { Group, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useUnits } from '../../api/choices';
import { api, call, refresh, type Schemas } from '../../api/client';
import { reaches, useMe } from '../../api/me';
import { sentence } from '../../lib/sentence';
import { useWords } from '../../lib/words';
import { ConnectorIcon } from '../../ui/ConnectorIcon';
import { DataTable, Toolbar, type Column } from '../../ui/DataTable';
import { notifyDone } from '../../ui/notify';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/states';
import { UnitSelect } from '../../ui/UnitSelect';
import { FeatureSwitch } from './FeatureSwitch';
import { TurnOffDialog, type Place } from './TurnOffDialog';
import { words } from './words';

type Feature = Schemas['Feature'];

/** Which connectors are on, in the installation and in one business unit (C13). */
export function ConnectorsPage() {
  const w = useWords(words);
  const me = useMe();
  const navigate = useNavigate({ from: '/connectors' });
  const asked = useSearch({ from: '/shell/connectors' }).unit;
  // Who switches nothing in the installation looks after his own business unit.
  const unit = asked ?? (me.may.switch_features.everywhere ? undefined : me.business_units[0]?.business_unit_id);
  const unitName = useUnits().data?.items.find(({ id }) => id === unit)?.name ?? w.unit;
  const gallery = api.useQuery('get', '/api/connectors');
  const features = api.useQuery('get', '/api/features', { params: { query: { business_unit_id: unit } } });
  const [turningOff, setTurningOff] = useState<{ feature: Feature; place: Place } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const about = new Map(gallery.data?.items.map((one) => [one.key, one.description]));
  const nowhere: Place = { unit: undefined, words: w.everywhere };
  const here: Place = { unit, words: w.inUnit(unitName) };

  const turnOn = async (feature: Feature, place: Place) => {
    setError(null);
    try {
      await call.PUT('/api/features/{connector}', {
        params: { path: { connector: feature.connector } },
        body: { on: true, business_unit_id: place.unit },
      });
      await refresh();
      notifyDone(w.turnedOn(feature.title, place.words));
    } catch (raised) {
      setError(raised);
    }
  };
  const change = (feature: Feature, place: Place, on: boolean) => {
    if (on) void turnOn(feature, place);
    else setTurningOff({ feature, place });
  };

  const columns: Column<Feature>[] = [
    {
      key: 'connector',
      label: w.connector,
      render: (feature) => (
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <ConnectorIcon connector={feature.connector} />
          <div>
            <Text size="sm" fw={550}>
              {feature.title}
            </Text>
            <Text size="xs" c="dimmed" maw={460}>
              {about.get(feature.connector)}
            </Text>
          </div>
        </Group>
      ),
    },
    {
      key: 'installation',
      label: w.installation,
      width: 150,
      render: (feature) => (
        <FeatureSwitch
          label={w.switchOf(feature.title, w.installation)}
          isOn={feature.on_in_installation}
          whyNot={reaches(me.may.switch_features) ? undefined : w.inInstallationBySuperAdmins}
          onChange={(on) => {
            change(feature, nowhere, on);
          }}
        />
      ),
    },
  ];
  if (unit) {
    columns.push({
      key: 'unit',
      label: unitName,
      width: 190,
      render: (feature) => (
        <FeatureSwitch
          label={w.switchOf(feature.title, unitName)}
          isOn={feature.on_in_unit}
          note={feature.on_in_unit && !feature.on_in_installation ? w.offInInstallation : undefined}
          whyNot={reaches(me.may.switch_features, unit) ? undefined : w.inUnitByAdministrators}
          onChange={(on) => {
            change(feature, here, on);
          }}
        />
      ),
    });
  }
  columns.push({
    key: 'who',
    label: w.whoCanChange,
    width: 220,
    render: (feature) =>
      !feature.is_on && (
        <Text size="xs" c="dimmed">
          {sentence(feature.who_can_change)}
        </Text>
      ),
  });

  return (
    <Page title={w.title} description={w.intro}>
      <Toolbar>
        <UnitSelect
          label={w.unit}
          noUnit={me.may.switch_features.everywhere ? w.noUnit : undefined}
          value={unit}
          onChange={(chosen) => {
            void navigate({ search: { unit: chosen }, replace: true });
          }}
        />
      </Toolbar>
      <ProblemAlert error={error} />
      <DataTable
        label={w.title}
        query={{
          ...features,
          data: features.data && { pages: [{ items: features.data.items }] },
          isFetchingNextPage: false,
          hasNextPage: false,
          fetchNextPage: () => undefined,
        }}
        columns={columns}
        rowKey={(feature) => feature.connector}
        empty={null}
      />
      {turningOff && (
        <TurnOffDialog
          {...turningOff}
          onClose={() => {
            setTurningOff(null);
          }}
        />
      )}
    </Page>
  );
}
