import type { Schemas } from '../api/client';

type Effect = Schemas['Effect'];
/** What can't be undone, and is asked about before it is called. */
export type GraveEffect = 'destructive' | 'sends_out';

const GRAVITY: readonly Effect[] = ['read', 'write', 'sends_out', 'destructive'];

/** What does no harm comes first. */
export function byEffect<T extends { effect: Effect }>(some: readonly T[]): T[] {
  return [...some].sort((one, other) => GRAVITY.indexOf(one.effect) - GRAVITY.indexOf(other.effect));
}

export function isGrave(effect: Effect): effect is GraveEffect {
  return effect === 'destructive' || effect === 'sends_out';
}
