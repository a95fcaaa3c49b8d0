import { useMemo, useRef, useState } from 'react';
import { Button, Checkbox, Grid, Group, JsonInput, NumberInput, Stack, Text, Tooltip } from '@mantine/core';
import { IconCloudUpload, IconDeviceFloppy, IconPlus } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { LeaveGuard } from '../../../ui/LeaveGuard';
import { notifyDone } from '../../../ui/notify';
import { Panel } from '../../../ui/Panel';
import { QueryView } from '../../../ui/QueryView';
import { ProblemAlert } from '../../../ui/states';
import { AddStepDialog } from '../action/AddStepDialog';
import { words as actionWords } from '../action/words';
import { Conflict } from './Conflict';
import { Findings } from './Findings';
import { JsonEditor, showPart } from './JsonEditor';
import { positionsIn } from './positions';
import { PublishDialog } from './PublishDialog';
import { pretty, useDraft } from './useDraft';
import { words } from './words';

/** The draft as text, with what stands in the way of publishing beside it. */
export function Definition({ process }: { process: Schemas['Process'] }) {
  const draft = api.useQuery('get', '/api/processes/{process}/draft', { params: { path: { process: process.id } } });
  return <QueryView query={draft}>{(found) => <Draft key={process.id} process={process} found={found} />}</QueryView>;
}

function Draft({ process, found }: { process: Schemas['Process']; found: Schemas['ProcessDraft'] }) {
  const w = useWords(words);
  const draft = useDraft(process.id, found);
  const { written, change, problem } = draft;
  const wa = useWords(actionWords);
  const [isAdding, setAdding] = useState(false);
  const [isPublishing, setPublishing] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const positions = useMemo(() => (problem === null ? positionsIn(written.definition) : new Map<string, never>()), [problem, written.definition]);
  const mayEdit = process.may.includes('edit');
  const save = async () => {
    if (await draft.save()) notifyDone(w.saved);
  };
  const publish = async () => {
    if (!draft.isDirty || (await draft.save())) setPublishing(true);
  };
  const canSave = problem === null && !draft.isFormWrong;

  return (
    <Stack gap="lg">
      <ProblemAlert error={draft.error} />
      {draft.theirs && (
        <Conflict
          theirs={draft.theirs}
          onTake={draft.take}
          onOverwrite={async (version) => {
            if (await draft.save(version)) notifyDone(w.saved);
          }}
        />
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="sm">
            <Group justify="space-between" gap="xs">
              <Text size="sm" c="dimmed">
                {mayEdit ? w.text : w.readOnly}
              </Text>
              {mayEdit && (
                <Group gap="xs">
                  {draft.isDirty && (
                    <Text size="xs" c="dimmed">
                      {w.unsaved}
                    </Text>
                  )}
                  <Tooltip label={wa.notJson} disabled={problem === null}>
                    <Button
                      variant="default"
                      data-disabled={problem !== null || undefined}
                      leftSection={<IconPlus size={16} aria-hidden />}
                      onClick={() => {
                        if (problem === null) setAdding(true);
                      }}
                    >
                      {wa.add}
                    </Button>
                  </Tooltip>
                  <Button
                    variant="default"
                    disabled={!draft.isDirty || !canSave}
                    loading={draft.isSaving}
                    leftSection={<IconDeviceFloppy size={16} aria-hidden />}
                    onClick={() => void save()}
                  >
                    {w.save}
                  </Button>
                  <Button
                    disabled={!canSave || draft.isSaving}
                    leftSection={<IconCloudUpload size={16} aria-hidden />}
                    onClick={() => void publish()}
                  >
                    {w.publish}
                  </Button>
                </Group>
              )}
            </Group>
            <JsonEditor
              ref={area}
              label={w.definition}
              value={written.definition}
              isWrong={problem !== null}
              onChange={
                mayEdit && !draft.isSaving
                  ? (definition) => {
                      change({ definition });
                    }
                  : undefined
              }
            />
            {problem && (
              <Text size="sm" c="red" role="alert">
                {problem.line === null ? w.notJson : w.notJsonIn(problem.line)}
              </Text>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg">
            <Findings
              findings={draft.base.findings}
              positions={positions}
              onShow={(part) => {
                if (area.current) showPart(area.current, part);
              }}
            />
            <Panel title={w.start} description={w.startText}>
              <Stack gap="md">
                <JsonInput
                  label={w.form}
                  description={w.formText}
                  value={written.form}
                  readOnly={!mayEdit}
                  error={draft.isFormWrong ? w.notJson : undefined}
                  autosize
                  minRows={3}
                  maxRows={14}
                  onChange={(form) => {
                    change({ form });
                  }}
                />
                <NumberInput
                  label={w.atOnce}
                  description={w.atOnceText}
                  min={1}
                  max={1000}
                  allowDecimal={false}
                  readOnly={!mayEdit}
                  value={written.mostAtOnce ?? ''}
                  onChange={(value) => {
                    change({ mostAtOnce: typeof value === 'number' ? value : null });
                  }}
                />
                <Checkbox
                  label={w.sensitive}
                  checked={written.isSensitive}
                  disabled={!mayEdit}
                  onChange={(event) => {
                    change({ isSensitive: event.currentTarget.checked });
                  }}
                />
              </Stack>
            </Panel>
          </Stack>
        </Grid.Col>
      </Grid>
      {isAdding && (
        <AddStepDialog
          unitId={process.business_unit.id}
          definition={JSON.parse(written.definition) as Record<string, unknown>}
          onAdd={(definition) => {
            change({ definition: pretty(definition) });
          }}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      {isPublishing && (
        <PublishDialog
          process={process}
          draft={draft.base}
          onClose={() => {
            setPublishing(false);
          }}
        />
      )}
      <LeaveGuard loses={() => draft.isDirty} text={w.leaveText} />
    </Stack>
  );
}
