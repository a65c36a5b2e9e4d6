import { parseArgs } from 'node:util';
import type { PortInfo } from '../../shared/state.ts';
import { detectedRates } from '../detect/detection.ts';
import type { PortResult } from '../detect/detection.ts';
import { tryPort } from '../detect/tryPort.ts';
import { openPortLink, portInfoOf } from '../device/ports.ts';
import { visibleLine } from '../files/visible.ts';
import { listPorts } from '../transport/portList.ts';
import { adviceOf } from './advice.ts';
import { exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

export const help = `mipl detect [--port P]… [--json]

Finds the module: sends AT at 9600, 115200, 57600, 921600, 460800, 38400, 19200 and 4800 baud until it is answered twice,
at most 5 s for a port, all ports at once. Without --port every serial port of this machine is tried.
  --port P   this port only, as in mipl run; may be given more than once. A serial server is tried at its own rate, with
             rfc2217:// at all of them
  --json     one JSON object for each port: port, baudRate, lineEnding (CR, CRLF or LF), echo, manufacturer, model, imei;
             null where it is not known; where no module answered with the reason: silent, garbage (text of another
             rate, or noise), text (readable, but no answer), echo (TX and RX are joined), failed (with fault)
Exit code: 0 when a module answered, 1 when none did, 2 when there was no port to try.`;

const reasons: Readonly<Record<NonNullable<PortResult['reason']>, string>> = {
  silent: 'nothing came back. Check power, ground, and whether TX and RX are swapped',
  garbage: 'unreadable at every rate. Check ground and voltage, or another program writes there',
  text: 'readable, but no answer to AT. It may be a console, or another program takes the answers',
  echo: 'only our own bytes came back. TX and RX are joined',
  failed: 'it cannot be opened',
};

/** `mipl detect`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string', multiple: true, default: [] }, json: { type: 'boolean', default: false } },
  });
  const listed = await listPorts();
  const ports = values.port.length > 0 ? values.port.map((path) => portInfoOf(path, listed)) : listed;
  if (ports.length === 0) {
    await writeLine(io.stderr, 'mipl detect: no serial port was found. Plug the adapter in, or name a port by --port');
    return exit.cannotRun;
  }
  const results = await Promise.all(
    ports.map(async (port) => {
      const result = withKnownRate(port, await tryOne(port, io));
      await writeLine(io.stdout, values.json ? JSON.stringify(rowOf(result)) : sentenceOf(result));
      return result;
    }),
  );
  return results.some(({ module }) => module) ? exit.ok : exit.failed;
}

function tryOne(port: PortInfo, { signal }: CliIo): Promise<PortResult> {
  return tryPort(port.path, { open: async (rate) => (await openPortLink(port, rate)).link, signal });
}

/** A virtual module answers at any rate: the usual one stands for all. */
function withKnownRate({ kind }: PortInfo, result: PortResult): PortResult {
  const { module } = result;
  return kind === 'virtual' && module ? { ...result, module: { baudRate: detectedRates[0], ...module } } : result;
}

function rowOf({ port, module, reason, fault }: PortResult): Readonly<Record<string, unknown>> {
  return {
    port,
    baudRate: module?.baudRate ?? null,
    lineEnding: module?.lineEnding ?? null,
    echo: module?.hasEcho ?? null,
    manufacturer: module?.manufacturer ?? null,
    model: module?.model ?? null,
    imei: module?.imei ?? null,
    ...(module ? {} : { reason, ...(fault ? { fault } : {}) }),
  };
}

function sentenceOf({ port, module, reason = 'silent', fault }: PortResult): string {
  if (!module) {
    const hint = fault && adviceOf(fault.code);
    const why = fault ? ` (${fault.code} ${visibleLine(fault.message)})${hint === undefined ? '' : `: ${hint}`}` : '';
    return `${port}: ${reasons[reason]}${why}`;
  }
  const { baudRate, lineEnding, hasEcho, manufacturer, model, imei } = module;
  const rate = baudRate === undefined ? 'its own rate' : `${baudRate} baud`;
  const who = [manufacturer, model].filter((part) => part !== undefined).join(' ') || 'a module';
  const echo = hasEcho ? 'echo on' : 'echo off';
  return `${port}: ${visibleLine(who)} at ${rate}, ${lineEnding}, ${echo}${imei === undefined ? '' : `, IMEI …${imei.slice(-4)}`}`;
}
