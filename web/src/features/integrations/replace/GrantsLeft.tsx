import { Code, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { words } from './words';

const MOST = 30;

/** What the server says would become of the grants, before anything is done. */
export function GrantsLeft({ left: { kept, dropped, narrowed } }: { left: Schemas['GrantsLeft'] }) {
  const w = useWords(words);
  // Those that are narrowed are kept, too; here each is said once.
  const whole = kept.length - narrowed.length;
  return (
    <Stack gap="xs" component="section" aria-label={w.grants}>
      <Text size="sm" fw={600}>
        {w.grants}
      </Text>
      {dropped.length > 0 && <Methods title={w.dropped(dropped.length)} names={dropped} />}
      {narrowed.length > 0 && <Methods title={w.narrowed(narrowed.length)} names={narrowed} />}
      <Text size="sm">{w.kept(whole)}</Text>
    </Stack>
  );
}

function Methods({ title, names }: { title: string; names: string[] }) {
  const w = useWords(words);
  return (
    <Text size="sm" component="div">
      {title}{' '}
      {names.slice(0, MOST).map((name) => (
        <Code key={name} mr={6}>
          {name}
        </Code>
      ))}
      {names.length > MOST && w.more(names.length - MOST)}
    </Text>
  );
}
