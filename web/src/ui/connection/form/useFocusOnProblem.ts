import { useEffect, useRef, type RefObject } from 'react';

/** Once something went wrong, the first field that says so is where one is; for the keyboard and for readers aloud. */
export function useFocusOnProblem(error: unknown): RefObject<HTMLFormElement | null> {
  const place = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) place.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  return place;
}
