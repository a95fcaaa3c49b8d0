import { Text } from '@mantine/core';
import { api, call, refresh, type Schemas } from '../../api/client';
import { useWords } from '../../lib/words';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { notifyDone } from '../../ui/notify';
import { words } from './words';

type Impact = Schemas['FeatureImpact'];

/** Where something is switched. */
export interface Place {
  /** The installation if undefined. */
  unit: string | undefined;
  words: string;
}

interface TurnOffDialogProps {
  feature: Schemas['Feature'];
  place: Place;
  onClose: () => void;
}

/** Shows in numbers what freezes before it is turned off (C13). */
export function TurnOffDialog({ feature, place, onClose }: TurnOffDialogProps) {
  const w = useWords(words);
  const { data: impact } = api.useQuery('get', '/api/features/{connector}/impact', {
    params: { path: { connector: feature.connector }, query: { business_unit_id: place.unit } },
  });

  const turnOff = async () => {
    await call.PUT('/api/features/{connector}', {
      params: { path: { connector: feature.connector } },
      body: { on: false, business_unit_id: place.unit },
    });
    await refresh();
    notifyDone(w.turnedOff(feature.title, place.words));
  };

  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={w.offTitle(feature.title, place.words)}
      consequences={impact ? [...impactLines(impact, w), w.notOffered, w.comesBack] : []}
      confirmLabel={w.turnOff}
      onConfirm={turnOff}
    >
      {!impact && (
        <Text size="sm" c="dimmed" role="status">
          {w.counting}
        </Text>
      )}
    </ConfirmDialog>
  );
}

function impactLines({ connections, uses, running_runs: runs }: Impact, w: (typeof words)['de']): string[] {
  const line = (n: number | undefined, say: (n: number) => string) => (n ? [say(n)] : []);
  return [
    connections > 0 ? w.freeze(connections) : w.freezeNone,
    ...line(uses.process, w.processes),
    ...line(uses.trigger, w.triggers),
    ...line(uses.data_object, w.dataObjects),
    ...line(uses.integration, w.integrations),
    ...line(runs, w.runs),
  ];
}
