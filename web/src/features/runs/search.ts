import { oneOf, textOf } from '../../lib/search';
import { RUN_STATES } from '../../ui/run/states';

export interface RunsSearch {
  state?: (typeof RUN_STATES)[number] | 'open';
  unit?: string;
  whose?: 'mine';
}

export function parseRunsSearch(given: Record<string, unknown>): RunsSearch {
  return {
    state: oneOf(['open', ...RUN_STATES], given.state),
    unit: textOf(given.unit),
    whose: oneOf(['mine'], given.whose),
  };
}
