import { useState } from 'react';
import { Alert, Button, Group, Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { Dialog } from '../../../ui/Dialog';
import { EffectBadge } from '../../../ui/EffectBadge';
import { Picker, type Choice } from '../../../ui/Picker';
import { words as ui } from '../../../ui/words';
import { isWriting, type Described, type GrantDraft, type Level } from './grants';
import { words } from './words';

export type FindEntries = (level: Level, search: string) => Promise<Choice[]>;

interface GrantDialogProps {
  methods: readonly Described[];
  /** What is there already, where all of them have the same. */
  present: GrantDraft | null;
  /** Who can be chosen: only those within the access groups. */
  find: FindEntries;
  /** Names what is found, for what is remembered of it. */
  what: string;
  onClose: () => void;
  onApply: (grant: GrantDraft) => void;
}

const LEVELS: readonly Level[] = ['groups', 'individuals', 'company'];

/** To whom some methods are granted, and whether somebody looks at each call first (O5, O6). */
export function GrantDialog({ methods, present, find, what, onClose, onApply }: GrantDialogProps) {
  const w = useWords(words);
  const wu = useWords(ui);
  const [level, setLevel] = useState<Level>(present?.level ?? 'groups');
  const [entries, setEntries] = useState<Choice[]>(present?.entries ?? []);
  const [confirmation, setConfirmation] = useState(nameOf(present?.confirmation ?? null));
  const [isMissing, setMissing] = useState(false);
  const writes = methods.filter(isWriting).length;
  const reads = methods.length - writes;
  const suggestion = writes === 0 ? w.suggestsNone : reads === 0 ? w.suggestsEach : w.suggestsBoth(reads, writes);
  const only = methods.length === 1 ? methods[0] : undefined;

  const apply = () => {
    setMissing(entries.length === 0);
    if (entries.length === 0) return;
    onApply({ level, entries, confirmation: confirmation === 'suggested' ? null : confirmation === 'always' });
  };

  return (
    <Dialog onClose={onClose} size="lg" title={only ? w.dialogOne(only.label) : w.dialogTitle(methods.length)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // The form that the dialog was opened from is another one.
          event.stopPropagation();
          apply();
        }}
      >
        <Stack>
          {only && (
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <EffectBadge effect={only.effect} />
              <Text size="sm" c="dimmed">
                {sentence(only.effect_reason)}
              </Text>
            </Group>
          )}
          <div>
            <Text size="sm" fw={550} mb={6}>
              {w.level}
            </Text>
            <SegmentedControl
              fullWidth
              aria-label={w.level}
              value={level}
              data={LEVELS.map((one) => ({ value: one, label: w[one] }))}
              onChange={(chosen) => {
                setLevel(chosen);
                setEntries(present?.level === chosen ? present.entries : []);
              }}
            />
            <Text size="xs" c="dimmed" mt={6}>
              {w.levelNote}
            </Text>
          </div>
          <Picker
            key={level}
            label={w[level]}
            description={w[`${level}Hint`]}
            value={entries}
            onChange={setEntries}
            what={`${what} ${level}`}
            find={(search) => find(level, search)}
            error={isMissing && entries.length === 0 ? w.entriesMissing : undefined}
          />
          <Radio.Group label={w.asks} value={confirmation} onChange={setConfirmation}>
            <Stack gap={8} mt={8}>
              <Radio value="suggested" label={w.asSuggested} description={suggestion} />
              <Radio value="always" label={w.always} description={w.alwaysHint} />
              <Radio value="never" label={w.never} description={w.neverHint} />
            </Stack>
          </Radio.Group>
          {confirmation === 'never' && writes > 0 && (
            <Alert color="orange" variant="light" icon={<IconAlertTriangle size={18} />} role="status">
              {w.neverWrites(writes)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {wu.cancel}
            </Button>
            <Button type="submit">{w.apply}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function nameOf(confirmation: boolean | null): string {
  return confirmation === null ? 'suggested' : confirmation ? 'always' : 'never';
}
