import { useState } from 'react';
import { Alert, Button, Code, Collapse, Group, Stack } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { pretty } from './useDraft';
import { words } from './words';

interface ConflictProps {
  theirs: Schemas['ProcessDraft'];
  onTake: (draft: Schemas['ProcessDraft']) => void;
  onOverwrite: (version: number) => Promise<void>;
}

/** Somebody else was faster: nothing is overwritten before one has decided. */
export function Conflict({ theirs, onTake, onOverwrite }: ConflictProps) {
  const w = useWords(words);
  const [isShown, setShown] = useState(false);
  return (
    <Alert color="orange" variant="light" icon={<IconUsers size={18} />} title={w.conflict} role="alert">
      <Stack gap="sm">
        {w.conflictText}
        <Collapse expanded={isShown}>
          <Code block>{pretty(theirs.definition)}</Code>
        </Collapse>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-expanded={isShown}
            onClick={() => {
              setShown(!isShown);
            }}
          >
            {isShown ? w.hideTheirs : w.showTheirs}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              onTake(theirs);
            }}
          >
            {w.takeTheirs}
          </Button>
          <Button size="xs" variant="default" onClick={() => void onOverwrite(theirs.version)}>
            {w.saveMine}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
