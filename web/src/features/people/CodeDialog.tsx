import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useLanguage } from '../../lib/language';
import { fullTime } from '../../lib/time';
import { useWords } from '../../lib/words';
import { Dialog } from '../../ui/Dialog';
import { ShownOnce } from '../../ui/ShownOnce';
import { words } from './words';

interface CodeDialogProps {
  issued: Schemas['SignInCode'];
  title: string;
  /** Says what to do next. */
  isNew?: boolean;
  onClose: () => void;
}

/** A sign-in code, this once; closed by its button alone, so that no stray click loses it. */
export function CodeDialog({ issued, title, isNew = false, onClose }: CodeDialogProps) {
  const w = useWords(words);
  const { language } = useLanguage();
  return (
    <Dialog onClose={onClose} title={title} size="lg" isOnce>
      <Stack>
        <ShownOnce title={w.codeTitle} text={issued.code}>
          {w.codeText(issued.person.name, fullTime(new Date(issued.expires_at), language))}
        </ShownOnce>
        {isNew && (
          <Text size="sm">
            {w.nextStep}{' '}
            <Anchor component={Link} to={`/people/${issued.person.id}`} size="sm">
              {w.openPerson}
            </Anchor>
          </Text>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{w.done}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
