import { adapterKey, lineKey } from '../../shared/adapters.ts';
import type { KnownAdapter } from '../../shared/adapters.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ConnectionState, DialectState, ModuleIdentity } from '../../shared/state.ts';

const RECENT_PORTS = 8;
const MOST_ADAPTERS = 200;

/** What the memory works with. */
export interface DeviceMemoryParts {
  readonly settings: () => Settings;
  /** @throws CodedError `FILE_NOT_WRITTEN`. */
  readonly changeSettings: (change: Partial<Settings>) => Promise<void>;
}

/** The newest last: the oldest go first when there are too many. */
function withNewest<T>(all: Readonly<Record<string, T>>, key: string, value: T): Readonly<Record<string, T>> {
  const { [key]: _before, ...others } = all;
  return { ...Object.fromEntries(Object.entries(others).slice(-MOST_ADAPTERS)), [key]: value };
}

/** What the person's settings keep of ports, adapters and modules, so that the next session begins as the last one was. */
export class DeviceMemory {
  readonly #parts: DeviceMemoryParts;

  constructor(parts: DeviceMemoryParts) {
    this.#parts = parts;
  }

  /** The port that was opened last stands first among the recent ones. @throws CodedError `FILE_NOT_WRITTEN`. */
  port(path: string, baudRate: number): Promise<void> {
    const { recentPorts } = this.#parts.settings();
    const recent = [{ path, baudRate }, ...recentPorts.filter((known) => known.path !== path)].slice(0, RECENT_PORTS);
    return this.#parts.changeSettings({ recentPorts: recent });
  }

  /** Which module was at this adapter, whatever name its port has next time. @throws CodedError `FILE_NOT_WRITTEN`. */
  async adapter({ port, baudRate }: ConnectionState, { model, imei }: ModuleIdentity): Promise<void> {
    const key = port && adapterKey(port);
    if (key === undefined || baudRate === undefined) return;
    const { adapters } = this.#parts.settings();
    const known: KnownAdapter = {
      baudRate,
      ...(model === undefined ? {} : { model: model.slice(0, 100) }),
      ...(imei === undefined ? {} : { imeiEnd: imei.slice(-4) }),
    };
    if (JSON.stringify(adapters[key]) === JSON.stringify(known)) return;
    await this.#parts.changeSettings({ adapters: withNewest(adapters, key, known) });
  }

  /** How the line of this adapter is set. @throws CodedError `FILE_NOT_WRITTEN`. */
  async line({ port, line }: ConnectionState): Promise<void> {
    if (!port || !line) return;
    await this.#parts.changeSettings({ portLines: withNewest(this.#parts.settings().portLines, lineKey(port), line) });
  }

  /** How the firmware of a module reads the commands; `auto` forgets it. @throws CodedError `FILE_NOT_WRITTEN`. */
  async dialect({ imei = '' }: ModuleIdentity, choice: DialectState['name'] | 'auto'): Promise<void> {
    const { [imei]: _before, ...others } = this.#parts.settings().dialects;
    const isKept = choice !== 'auto' && imei !== '';
    await this.#parts.changeSettings({ dialects: isKept ? { ...others, [imei]: choice } : others });
  }
}
