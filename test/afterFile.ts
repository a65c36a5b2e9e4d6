import { afterAll, vi } from 'vitest';

/** Files of a worker share its modules and globals: what one has put in place of time, console or window ends with it. */
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
