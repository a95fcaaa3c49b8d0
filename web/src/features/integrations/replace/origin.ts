/** Where credentials would go: they are asked for only where that changes (D08). */

import type { Drafts } from '../../../ui/schema/values';

/** Whether two sets of general details lead to the same places, however they are written. */
export function isSameOrigin(one: Drafts, other: Drafts): boolean {
  return PLACES.every((name) => placeOf(one[name]) === placeOf(other[name]));
}

/** The credentials are bound to both. */
const PLACES = ['endpoint', 'token_url'];

function placeOf(address: unknown): string {
  const text = typeof address === 'string' ? address.trim() : '';
  if (!URL.canParse(text)) return text;
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}/`;
}
