/** Points in time and spans, in the reader's language. */

import type { Language } from './language';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS_OF_WEEK = 7;
const DAYS_OF_MONTH = 30.44;
const DAYS_OF_YEAR = 365.25;

/** As in `3 hours ago`, `in 2 days`, `tomorrow`, `just now`: days are those of the calendar, not 24 hours each. */
export function relativeTime(at: Date, now: Date, language: Language): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) < MINUTE) return language === 'de' ? 'gerade eben' : 'just now';
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(...span(seconds, calendarDays(at, now)));
}

function span(seconds: number, days: number): [number, Intl.RelativeTimeFormatUnit] {
  const size = Math.abs(seconds);
  if (size < 59.5 * MINUTE) return [Math.round(seconds / MINUTE), 'minute'];
  // Shortly after midnight, what is three hours ago is not `yesterday`.
  if (days === 0 || size < 11.5 * HOUR) return [Math.round(seconds / HOUR), 'hour'];
  const count = Math.abs(days);
  if (count < 2 * DAYS_OF_WEEK) return [days, 'day'];
  if (count < 2 * DAYS_OF_MONTH) return [Math.round(days / DAYS_OF_WEEK), 'week'];
  if (count < 1.5 * DAYS_OF_YEAR) return [Math.round(days / DAYS_OF_MONTH), 'month'];
  return [Math.round(days / DAYS_OF_YEAR), 'year'];
}

/** How many midnights, as the reader's clock has them, lie between two moments. */
function calendarDays(at: Date, now: Date): number {
  const midnight = (time: Date) => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate());
  return (midnight(at) - midnight(now)) / (DAY * 1000);
}

/** As in `27 Nov 2026, 14:05:09`, in the reader's time zone. */
export function fullTime(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(at);
}

/** The reader's time zone, as in `Europe/Berlin`. */
export function currentZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function shortDate(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { dateStyle: 'medium' }).format(at);
}

/** As in `240 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number, language: Language): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(seconds)} s`;
  const parts: [number, string, number, string] =
    seconds < 3600
      ? [Math.floor(seconds / 60), 'min', Math.floor(seconds % 60), 's']
      : seconds < 86_400
        ? [Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min']
        : [Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600), 'h'];
  const [large, largeUnit, small, smallUnit] = parts;
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
