import { useState } from 'react';
import { Alert, Select, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { EffectBadge } from '../../../ui/EffectBadge';
import { byEffect } from '../../../ui/effects';
import { QueryView } from '../../../ui/QueryView';
import { Empty } from '../../../ui/states';
import { Call } from './Call';
import { useMethods } from './useMethods';
import { words } from './words';

/** Calls a method by hand; offered are those that one may call (O7). */
export function Try({ integration }: { integration: Schemas['Integration'] }) {
  const w = useWords(words);
  const found = useMethods(integration.id);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw={680}>
        {w.tryText}
      </Text>
      <QueryView query={found}>
        {(methods) => <Chosen integration={integration} methods={methods.filter(({ use }) => use !== 'no')} />}
      </QueryView>
    </Stack>
  );
}

function Chosen({ integration, methods }: { integration: Schemas['Integration']; methods: Schemas['Method'][] }) {
  const w = useWords(words);
  const sorted = byEffect(methods);
  const [name, setName] = useState(sorted[0]?.name ?? '');
  const method = methods.find((one) => one.name === name) ?? sorted[0];
  if (!method) {
    return (
      <Empty icon={<IconLock size={24} />} title={w.try}>
        {w.noCallable}
      </Empty>
    );
  }
  return (
    <Stack gap="lg" maw={860}>
      <Select
        label={w.chooseMethod}
        searchable
        allowDeselect={false}
        data={methods.map((one) => ({ value: one.name, label: one.summary ? `${one.label} · ${one.summary}` : one.label }))}
        value={method.name}
        onChange={(chosen) => {
          if (chosen) setName(chosen);
        }}
      />
      <Details key={method.name} integration={integration} method={method} />
    </Stack>
  );
}

function Details({ integration, method }: { integration: Schemas['Integration']; method: Schemas['Method'] }) {
  const w = useWords(words);
  const found = api.useQuery('get', '/api/integrations/{integration}/methods/{method}', {
    params: { path: { integration: integration.id, method: method.name } },
  });
  return (
    <>
      {method.use === 'confirmation' && (
        <Alert color="orange" variant="light">
          {w.asksFirst}
        </Alert>
      )}
      <QueryView query={found}>
        {(details) => (
          <Call
            integration={integration}
            method={details}
            badge={<EffectBadge effect={method.effect} note={sentence(method.effect_reason)} />}
          />
        )}
      </QueryView>
    </>
  );
}
