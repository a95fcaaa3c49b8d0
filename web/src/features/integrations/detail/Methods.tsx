import { useState } from 'react';
import { Button, Group, Text } from '@mantine/core';
import { call, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { LeaveGuard } from '../../../ui/LeaveGuard';
import type { Choice } from '../../../ui/Picker';
import { QueryView } from '../../../ui/QueryView';
import type { FindEntries } from '../methods/GrantDialog';
import type { GrantDraft, Line } from '../methods/grants';
import { MethodTable } from '../methods/MethodTable';
import classes from './Detail.module.css';
import { SaveDialog } from './SaveDialog';
import { useMethods } from './useMethods';
import { words } from './words';

/** The methods and who may call them; changes are gathered, weighed and made together (O5, O6). */
export function Methods({ integration }: { integration: Schemas['Integration'] }) {
  const w = useWords(words);
  const found = useMethods(integration.id);
  const mayGrant = integration.may.includes('grant');
  return (
    <QueryView query={found}>
      {(methods) => (
        <>
          <Text size="sm" c="dimmed" maw={680} mb="md">
            {methods.length === 0 ? w.noMethods : mayGrant ? w.methodsText : integration.access_groups === null ? w.readOnlyText : ''}
          </Text>
          {/* Another version may have other methods: what was gathered for the one before is not made to it. */}
          {methods.length > 0 && <Shown key={integration.version} integration={integration} methods={methods} />}
        </>
      )}
    </QueryView>
  );
}

function Shown({ integration, methods }: { integration: Schemas['Integration']; methods: Schemas['Method'][] }) {
  const w = useWords(words);
  const [wanted, setWanted] = useState<ReadonlyMap<string, GrantDraft | null>>(new Map());
  const [isSaving, setSaving] = useState(false);
  const mayGrant = integration.may.includes('grant');
  const lines = methods.map((method): Line => {
    const changed = wanted.get(method.name);
    return {
      method,
      grant: changed === undefined ? draftOf(method.grant) : changed,
      held: changed === undefined ? (method.grant?.held ?? '') : '',
      isChanged: changed !== undefined,
    };
  });
  const change = (names: readonly string[], grant: GrantDraft | null) => {
    const changed = new Map(wanted);
    for (const name of names) changed.set(name, grant);
    setWanted(changed);
  };
  const accept = (names: readonly string[]) => {
    const changed = new Map(wanted);
    for (const { method, grant } of lines) if (names.includes(method.name)) changed.set(method.name, grant);
    setWanted(changed);
  };
  return (
    <>
      <MethodTable
        lines={lines}
        onGrant={mayGrant ? change : undefined}
        onAccept={mayGrant ? accept : undefined}
        find={(level, search) => find(integration, level, search)}
        what={integration.id}
      />
      {wanted.size > 0 && (
        <Group justify="space-between" className={classes.save} role="status">
          <Text size="sm" fw={550}>
            {w.unsaved(wanted.size)}
          </Text>
          <Group gap="xs">
            <Button
              variant="default"
              onClick={() => {
                setWanted(new Map());
              }}
            >
              {w.discard}
            </Button>
            <Button
              onClick={() => {
                setSaving(true);
              }}
            >
              {w.reviewAndSave}
            </Button>
          </Group>
        </Group>
      )}
      {isSaving && (
        <SaveDialog
          integration={integration}
          wanted={wanted}
          onClose={() => {
            setSaving(false);
          }}
          onSaved={() => {
            setWanted(new Map());
          }}
        />
      )}
      <LeaveGuard
        loses={(to, from) => wanted.size > 0 && (to === from || to.pathname !== from.pathname)}
        title={w.unsaved(wanted.size)}
        confirmLabel={w.discard}
      />
    </>
  );
}

function draftOf(grant: Schemas['Grant'] | null): GrantDraft | null {
  return grant && { level: grant.level, entries: grant.entries, confirmation: grant.confirmation };
}

/** Within the access groups alone: whom else one can't grant anything. */
async function find(integration: Schemas['Integration'], level: Schemas['GrantLevel'], search: string): ReturnType<FindEntries> {
  const fits = ({ name }: { name: string }) => name.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase());
  switch (level) {
    case 'groups':
      return (integration.access_groups ?? []).filter(fits);
    case 'individuals': {
      const { data } = await call.GET('/api/integrations/{integration}/matrix', {
        params: { path: { integration: integration.id }, query: { search: search || undefined, limit: 20 } },
      });
      return (data?.items ?? []).map(({ person }): Choice => person);
    }
    case 'company': {
      const { data } = await call.GET('/api/business-units', { params: { query: { limit: 200 } } });
      return (data?.items ?? []).filter(fits).map(({ id, name }) => ({ id, name }));
    }
  }
}
