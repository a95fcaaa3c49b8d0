/** What stands in an address after the question mark is typed by anybody: what doesn't fit is left out. */

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
}

export function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((one) => one === value);
}

/** For pages that show the installation, or one business unit. */
export interface UnitSearch {
  unit?: string;
}

export function parseUnitSearch(given: Record<string, unknown>): UnitSearch {
  return { unit: textOf(given.unit) };
}
