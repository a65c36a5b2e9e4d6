import { readFile, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PortInfo } from '../../shared/state.ts';
import { calloutPort, hasHardware } from './macPort.ts';
import { portAccess } from './portAccess.ts';
import type { PortAccess } from './portAccess.ts';

/** Where to look; tests give a tree of their own. */
export interface PortListOptions {
  readonly platform?: NodeJS.Platform;
  readonly sysRoot?: string;
  readonly devRoot?: string;
  readonly access?: (path: string) => Promise<PortAccess>;
  /** Whether a device file of macOS is there. */
  readonly isThere?: (path: string) => Promise<boolean>;
  /** The library's list, for systems without /sys. */
  readonly libraryList?: () => Promise<readonly LibraryPort[]>;
}

/** What the serial port library tells of a port. */
export interface LibraryPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
}

/**
 * The serial ports of this machine, sorted by path. Hides nothing but ports that certainly have no hardware. Never rejects:
 * what cannot be read is left out. On Linux it reads /sys and /dev itself because the library starts `udevadm`, which
 * minimal systems do not have.
 */
export async function listPorts(options: PortListOptions = {}): Promise<PortInfo[]> {
  const ports = (options.platform ?? process.platform) === 'linux' ? await linuxPorts(options) : await others(options);
  return ports.sort((left, right) => left.path.localeCompare(right.path, 'en', { numeric: true }));
}

/**
 * Looks every `intervalMs` and tells when the list has changed, the first time in any case. One look at a time.
 * Returns the function that stops it; after that nothing is told any more.
 */
export function watchPorts(
  intervalMs: number,
  onChange: (ports: PortInfo[]) => void,
  list: () => Promise<PortInfo[]> = listPorts,
): () => void {
  let known: string | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const ports = await list();
    if (isStopped) return;
    timer = setTimeout(() => void look(), intervalMs);
    const found = JSON.stringify(ports);
    if (found === known) return;
    known = found;
    onChange(ports);
  };
  void look();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

// ---- Linux ----

/** Virtual consoles and their like: never a cable behind them. */
const consoles = /^(tty\d*|console|ptmx|ttyprintk|hvc\d+)$/;
/** Names of real adapters that some drivers register without a device in /sys. */
const adapterNames = /^(tty[A-RT-Z]\w*|rfcomm\d+|tnt\d+)$/;

async function linuxPorts(options: PortListOptions): Promise<PortInfo[]> {
  const devices = options.devRoot ?? '/dev';
  const terminals = join(options.sysRoot ?? '/sys', 'class/tty');
  const byId = await namesById(join(devices, 'serial/by-id'));
  const names = new Set([
    ...(await entries(terminals)),
    // A container may have the device without /sys telling of it.
    ...byId.keys(),
    ...(await entries(devices)).filter((name) => /^tty(USB|ACM)\d+$/.test(name)),
  ]);
  const found = await Promise.all(
    [...names]
      .filter((name) => !consoles.test(name))
      .map((name) => linuxPort(name, join(terminals, name), join(devices, name), byId.get(name), options)),
  );
  return found.filter((port) => port !== undefined);
}

async function linuxPort(
  name: string,
  terminal: string,
  path: string,
  idName: string | undefined,
  options: PortListOptions,
): Promise<PortInfo | undefined> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const device = await realpath(join(terminal, 'device')).catch(() => undefined);
  if (!device && !idName && !adapterNames.test(name)) return undefined;
  if (/^ttyS\d+$/.test(name) && (await isEmptySocket(terminal))) return undefined;
  const usb = device === undefined ? {} : await usbFacts(device);
  const access = await (options.access ?? portAccess)(path);
  return {
    path,
    kind: 'serial',
    ...(idName === undefined ? {} : { manufacturer: idName }),
    ...usb,
    ...(access.code === 'EACCES' ? { denied: { group: access.group ?? '' } } : {}),
  };
}

/** The kernel makes a row of ttyS whether or not there is a chip: type 0, or the legacy driver without interrupt. */
async function isEmptySocket(terminal: string): Promise<boolean> {
  if ((await textOf(join(terminal, 'type'))) === '0') return true;
  const driver = await readlink(join(terminal, 'device/driver')).catch(() => '');
  return basename(driver) === 'serial8250' && (await textOf(join(terminal, 'irq'))) === '0';
}

/** Walks up from the terminal's device to the USB device it belongs to. */
async function usbFacts(device: string): Promise<Partial<PortInfo>> {
  for (let folder = device; folder !== dirname(folder); folder = dirname(folder)) {
    const vendor = await textOf(join(folder, 'idVendor'));
    if (vendor === undefined) continue;
    const product = await textOf(join(folder, 'idProduct'));
    const maker = [await textOf(join(folder, 'manufacturer')), await textOf(join(folder, 'product'))];
    const manufacturer = maker.filter((text) => text !== undefined).join(' ');
    const serialNumber = await textOf(join(folder, 'serial'));
    return {
      usbId: `${vendor}:${product ?? ''}`.toLowerCase(),
      ...(manufacturer === '' ? {} : { manufacturer }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
    };
  }
  return {};
}

/** Device name → readable name, from the links udev makes: `usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0`. */
async function namesById(folder: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const link of await entries(folder)) {
    const target = await readlink(join(folder, link)).catch(() => undefined);
    if (target === undefined) continue;
    names.set(
      basename(target),
      link
        .replace(/^usb-/, '')
        .replace(/-if\d+(-port\d+)?$/, '')
        .replaceAll('_', ' '),
    );
  }
  return names;
}

function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Content of a small file without outer spaces; undefined when it is missing or empty. */
async function textOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() || undefined;
}

// ---- Windows, macOS ----

async function others(options: PortListOptions): Promise<PortInfo[]> {
  const list = options.libraryList ?? (async () => (await import('serialport')).SerialPort.list());
  const listed = await list().catch(() => []);
  const isMac = (options.platform ?? process.platform) === 'darwin';
  const ports = isMac ? await calloutPorts(listed, options) : listed;
  return Promise.all(ports.map((port) => otherPort(port, options)));
}

/** The library names the ports of macOS by what waits for a carrier; some drivers are listed by both names. */
async function calloutPorts(listed: readonly LibraryPort[], { isThere }: PortListOptions): Promise<LibraryPort[]> {
  const found = listed.filter(({ path }) => hasHardware(path));
  const named = await Promise.all(
    found.map(async (port) => ({ ...port, path: await calloutPort(port.path, isThere) })),
  );
  return named.filter(({ path }, index) => named.findIndex((other) => other.path === path) === index);
}

async function otherPort(
  { path, manufacturer, vendorId, productId, serialNumber }: LibraryPort,
  options: PortListOptions,
): Promise<PortInfo> {
  // Windows has no permission on ports; its COM names are no files to ask about.
  const access = path.startsWith('/') ? await (options.access ?? portAccess)(path) : {};
  return {
    path,
    kind: 'serial',
    ...(manufacturer ? { manufacturer } : {}),
    ...(vendorId ? { usbId: `${vendorId}:${productId ?? ''}`.toLowerCase() } : {}),
    ...(serialNumber ? { serialNumber } : {}),
    ...(access.code === 'EACCES' ? { denied: { group: access.group ?? '' } } : {}),
  };
}
