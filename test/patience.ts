import { vi } from 'vitest';

/** Conditions are waited for as long as a busy machine takes: `expect.poll` has a setting for that, `vi.waitFor` has none. */
const patienceMs = 10_000;
const { waitFor } = vi;
const patient = Symbol.for('mipl.patient');

// Files of a worker may share it.
if (!Reflect.has(waitFor, patient))
  vi.waitFor = Object.assign(
    ((callback, options) =>
      waitFor(callback, typeof options === 'number' ? options : { timeout: patienceMs, ...options })) as typeof waitFor,
    { [patient]: true },
  );
