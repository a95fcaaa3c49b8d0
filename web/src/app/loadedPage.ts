/** Pages that are loaded when they are opened. */

import { lazyRouteComponent, type AsyncRouteComponent } from '@tanstack/react-router';
import { unreachable } from '../api/problem';

/**
 * As the router's own, but where the server is away the page says so and may be tried again: the router takes it for a
 * server with newer pages and loads everything anew, which ends at the browser's own error.
 */
export function loadedPage<Module extends object>(load: () => Promise<Module>, name: keyof Module): AsyncRouteComponent<object> {
  return lazyRouteComponent<Module, keyof Module>(async () => {
    try {
      return await load();
    } catch (error) {
      throw (await isThere()) ? error : unreachable();
    }
  }, name);
}

async function isThere(): Promise<boolean> {
  try {
    await fetch('/', { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}
