import { Buffer } from 'node:buffer';
import { openSimulator, readName } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';

/** A whole session as a driver on a microcontroller sees it: the bytes of each part. */
export interface Recording {
  /** All bytes of the module, one character per byte. */
  readonly bytes: string;
  /** What the module wrote in one go. */
  readonly chunks: readonly string[];
  /** Bytes from the beginning of a part to that of the next. */
  part(name: PartName): string;
}

export type PartName =
  | 'boot'
  | 'identity'
  | 'create'
  | 'open'
  | 'read'
  | 'write'
  | 'execute'
  | 'parameter'
  | 'cancel'
  | 'notify'
  | 'unobserved'
  | 'update'
  | 'close'
  | 'delete'
  | 'reboot';

const limitMs = 5000;
const finalResult = /\r\n(OK|ERROR|REBOOTING[.]*|\+C(?:ME|IS) ERROR:[^\r]*)\r\n/g;

/** Bytes of the module as they come, and a host that sends lines without ever parsing more than it must. */
export class Wire {
  bytes = '';
  readonly chunks: string[] = [];
  readonly #simulator: Simulator;
  readonly #lineEnd: string;
  #wake: (() => void) | undefined;

  constructor(simulator: Simulator, lineEnd: string) {
    this.#simulator = simulator;
    this.#lineEnd = lineEnd;
    simulator.link.onData = (chunk) => {
      const text = Buffer.from(chunk).toString('latin1');
      this.bytes += text;
      this.chunks.push(text);
      this.#wake?.();
    };
  }

  /** Waits until the bytes from `from` on match; resolves with the match. */
  async until(pattern: RegExp, from: number): Promise<RegExpExecArray> {
    const endsAtMs = performance.now() + limitMs;
    for (;;) {
      const match = new RegExp(pattern.source, pattern.flags.replace('g', '')).exec(this.bytes.slice(from));
      if (match) return match;
      const restMs = endsAtMs - performance.now();
      if (restMs <= 0) throw new Error(`${pattern} did not come after ${JSON.stringify(this.bytes.slice(from))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Sends a line and waits for its final result; resolves with all that came meanwhile. */
  async say(line: string): Promise<string> {
    const from = this.bytes.length;
    await this.#simulator.link.write(Buffer.from(line + this.#lineEnd));
    await this.until(finalResult, from);
    return this.bytes.slice(from);
  }
}

/** A virtual module that has booted, without waiting for radio and wire. */
export async function openWire(name: string, lineEnd = '\r\n'): Promise<{ wire: Wire; simulator: Simulator }> {
  const simulator = await openSimulator({ profile: name, baudRate: 0, radioSpeed: Infinity });
  const wire = new Wire(simulator, lineEnd);
  await wire.until(/\r\nOK\r\n|READY\r\n/, 0);
  return { wire, simulator };
}

/** Plays a session from power-on to reboot and records it. */
export async function playSession(name: string, lineEnd = '\r\n'): Promise<Recording> {
  const { wire, simulator } = await openWire(name, lineEnd);
  try {
    return await play(name, wire, simulator);
  } finally {
    await simulator.close();
  }
}

async function play(name: string, wire: Wire, simulator: Simulator): Promise<Recording> {
  const { profile } = readName(name);
  const isCis = profile.dialect === 'cis';
  const starts = new Map<PartName, number>([['boot', 0]]);
  const begin = (part: PartName): number => {
    starts.set(part, wire.bytes.length);
    return wire.bytes.length;
  };
  const http = (call: string, body?: unknown): Promise<unknown> => {
    const [path = '', query = ''] = call.split('?');
    const url = `${simulator.simulator.http}${path}?imei=${simulator.imei}&${query}`;
    return fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  };
  /** Waits for a request and resolves with its msgid. */
  const request = async (head: string, from: number, rest = ''): Promise<string> =>
    (await wire.until(new RegExp(`\\+MIPL${head}: ?0, ?(\\d+)${rest}[^\\r]*\\r\\n`), from))[1] ?? '';

  await wire.say('ATE0');
  // Everything here happens within one turn of the loop, in which no timer of the radio would ever run.
  while (!/\+CEREG: ?\d,1\r/.test(await wire.say('AT+CEREG?'))) await new Promise((resolve) => setImmediate(resolve));

  begin('identity');
  for (const line of ['AT+CGSN=1', 'AT+CGSN', 'AT+CSQ', 'AT+CEREG?', 'AT+CGATT?', 'AT+CFUN?', 'AT+NUESTATS']) {
    await wire.say(line);
  }
  for (const line of ['AT+ICCID', 'AT+MIPLCONFIG?', 'AT+MIPLNMI?', 'AT+MIPLVER?']) await wire.say(line);

  begin('create');
  await wire.say(profile.createForms.includes('bare') ? 'AT+MIPLCREATE' : 'AT+MIPLCREATEEX="183.230.40.39:5683",1');
  await wire.say('AT+MIPLADDOBJ=0,3200,1,"1",4,1');
  const list = '5500;5501;5750;5505';
  if (!isCis) await wire.say(`AT+MIPLDISCOVERRSP=0,3200,1,${list.length},"${list}"`);

  let from = begin('open');
  await wire.say('AT+MIPLOPEN=0,3600,30');
  const discovered = async (): Promise<void> => {
    const discoverId = await request('DISCOVER', from, ', ?3200');
    if (isCis) await wire.say(`AT+MIPLDISCOVERRSP=0,${discoverId},1,${list.length},"${list}"`);
  };
  if (!profile.isObservedFirst) await discovered();
  const observeId = await request('OBSERVE', from, ', ?[01], ?3200');
  if (isCis) await wire.say(`AT+MIPLOBSERVERSP=0,${observeId},1`);
  if (profile.isObservedFirst) await discovered();
  const notifyId = isCis ? observeId : '0';

  from = begin('read');
  const read = http('/nbiot?obj_id=3200&obj_inst_id=0');
  const readId = await request('READ', from);
  await wire.say(`AT+MIPLREADRSP=0,${readId},1,3200,0,5500,5,1,1,1,${isCis ? 0 : 1}`);
  await wire.say(`AT+MIPLREADRSP=0,${readId},1,3200,0,5750,1,4,"lamp",0,0`);
  await read;

  from = begin('write');
  const data = [
    { res_id: 5500, val: true },
    { res_id: 5750, val: 'on' },
  ];
  const write = http('/nbiot?obj_id=3200&obj_inst_id=0&mode=2', { data });
  const writeId = await request('WRITE', from);
  await wire.until(/5750[^\r]*\r\n/, from);
  await wire.say(`AT+MIPLWRITERSP=0,${writeId},2`);
  await write;

  from = begin('execute');
  const execute = http('/nbiot/execute?obj_id=3200&obj_inst_id=0&res_id=5505', { args: 'reset' });
  await wire.say(`AT+MIPLEXECUTERSP=0,${await request('EXECUTE', from)},2`);
  await execute;

  from = begin('parameter');
  const query = 'obj_id=3200&obj_inst_id=0&res_id=5500';
  const observe = http(`/nbiot/observe?cancel=false&${query}&pmin=15&pmax=60&gt=50&lt=0&st=2`, {});
  const parameterId = await request('PARAMETER', from);
  if (isCis) await wire.say(`AT+MIPLPARAMETERRSP=0,${parameterId},2`);
  const secondId = await request('OBSERVE', from, ', ?[01], ?3200');
  if (isCis) await wire.say(`AT+MIPLOBSERVERSP=0,${secondId},1`);
  await observe;

  from = begin('cancel');
  const cancel = http(`/nbiot/observe?cancel=true&${query}`, {});
  const cancelId = await request('OBSERVE', from, ', ?[01], ?3200');
  if (isCis) await wire.say(`AT+MIPLOBSERVERSP=0,${cancelId},1`);
  await cancel;

  from = begin('notify');
  await wire.say(`AT+MIPLNOTIFY=0,${notifyId},3200,0,5500,5,1,1,0,0,7`);
  await wire.until(/,\s*26,\s*7\r\n/, from);

  begin('unobserved');
  await wire.say('AT+MIPLNOTIFY=0,666,3200,1,5500,5,1,1,0,0');

  from = begin('update');
  await wire.say('AT+MIPLUPDATE=0,3600,0');
  await wire.until(/,\s*11\r\n/, from);

  from = begin('close');
  await wire.say('AT+MIPLCLOSE=0');
  if (profile.deregisteredEvent !== 'never') await wire.until(/,\s*15\r\n/, from);

  from = begin('delete');
  await wire.say('AT+MIPLOPEN=0,3600,30');
  await wire.until(/,\s*6\r\n/, from);
  await wire.say('AT+MIPLDELETE=0');
  if (profile.deregisteredEvent !== 'never') await wire.until(/,\s*15\r\n/, from);

  from = begin('reboot');
  for (const command of ['AT+NRB', 'AT+CMRB', 'AT+ZRST']) {
    const answer = await wire.say(command);
    if (!answer.includes('ERROR')) break;
  }
  const { afterCommand, isBlock = false } = profile.boot;
  const between = isBlock ? '\r\n' : '\r\n\r\n';
  await wire.until(new RegExp(`${afterCommand.join(between).replace(/[*+.]/g, '\\$&')}\r\n`), from);

  const order = [...starts];
  return {
    bytes: wire.bytes,
    chunks: wire.chunks,
    part: (wanted) => {
      const index = order.findIndex(([part]) => part === wanted);
      return wire.bytes.slice(order[index]?.[1], order[index + 1]?.[1]);
    },
  };
}
