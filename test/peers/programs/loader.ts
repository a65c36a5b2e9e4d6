import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';

interface Network {
  get_active_interface(done: (error: undefined, found: object) => void): void;
}

/** Loads packages that were installed in a folder outside of this project, see docs/peers.md. */
export function loaderOf(folder: string): (name: string) => unknown {
  const load = createRequire(join(folder, 'package.json'));
  // What old packages look for and present Node has no longer.
  const { isDate, isRegExp } = util.types;
  Object.assign(util, { isDate, isRegExp, isArray: Array.isArray });
  try {
    // It would look for a router; there is none to be found on a machine without network.
    const found = { ip_address: '127.0.0.1', gateway_ip: '127.0.0.1', mac_address: '00:00:00:00:00:00' };
    (load('network') as Network).get_active_interface = (done) => setImmediate(() => done(undefined, found));
  } catch {
    // Only coap-shepherd and coap-node have it.
  }
  return load;
}
