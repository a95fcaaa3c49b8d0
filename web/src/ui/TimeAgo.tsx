import { Tooltip } from '@mantine/core';
import { useLanguage } from '../lib/language';
import { fullTime, relativeTime } from '../lib/time';
import { useWords } from '../lib/words';
import { words } from './words';

/** A point in time as one says it, with the exact one on hover and for readers aloud. */
export function TimeAgo({ at }: { at: string | null | undefined }) {
  const { language } = useLanguage();
  const w = useWords(words);
  if (!at) return <span>{w.never}</span>;
  const time = new Date(at);
  return (
    <Tooltip label={fullTime(time, language)}>
      <time dateTime={at} className="whole">{relativeTime(time, new Date(), language)}</time>
    </Tooltip>
  );
}
