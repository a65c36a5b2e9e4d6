import { expect, onTestFinished } from 'vitest';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';
import { Host } from '../sim/host.ts';
import type { DocumentCall, Exchange } from './exchange.ts';
import { answerPattern, chainOf, filled, patternOf, table } from './table.ts';
import type { DialectName } from './table.ts';

const profiles: Readonly<Record<DialectName, string>> = { cis: 'm5310-seed', cmcc: 'm5310a' };
const apiKey = 'of-OneNET';
const finalResult = /^< (OK|\+CIS ERROR:.*)$/;

/** A host at the virtual module, an ordinary HTTP client at the platform behind it. */
class FarEnd {
  readonly #simulator: Simulator;
  readonly #host: Host;
  /** Numbers that stood for the names of the table. */
  readonly #numbers = new Map<string, string>();

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    this.#host = new Host(simulator.link);
  }

  async play({ lines, call }: Exchange): Promise<void> {
    // Asks that reach the device are answered while the lines pass; the others when the platform is up to date.
    const answer = call && lines.length > 0 ? this.#ask(call) : undefined;
    answer?.catch(() => undefined);
    const left = [...lines];
    for (let line = left.shift(); line !== undefined; line = left.shift()) {
      if (line.startsWith('< ')) {
        await this.#hear(line.slice(2));
        continue;
      }
      const expected = left.splice(0, left.findIndex((one) => finalResult.test(one)) + 1);
      const said = await this.#host.ask(filled(line.slice(2), (name) => this.#numbers.get(name) ?? name));
      expect(said).toHaveLength(expected.length);
      for (const [index, one] of expected.entries()) this.#take(one.slice(2), said[index] ?? '');
    }
    if (answer && call) expect(await answer).toMatch(answerPattern(call.answer));
    else if (call) await expect.poll(() => this.#ask(call), { timeout: 5000 }).toMatch(answerPattern(call.answer));
  }

  /** Waits for the network: registration takes its time. */
  async attached(): Promise<void> {
    await expect
      .poll(() => this.#host.ask('AT+CEREG?'), { timeout: 5000 })
      .toEqual([expect.stringMatching(/,1$/), 'OK']);
  }

  /** Lines that came and were not waited for. */
  get unheard(): readonly string[] {
    return this.#host.urcs.left;
  }

  async #hear(line: string): Promise<void> {
    const [pattern] = patternOf(line, this.#numbers);
    this.#take(line, await this.#host.urcs.find((one) => pattern.test(one), line));
  }

  /** Compares a line and notes the numbers in it. */
  #take(line: string, came: string): void {
    const [pattern, names] = patternOf(line, this.#numbers);
    expect(came).toMatch(pattern);
    for (const [index, number] of (pattern.exec(came) ?? []).slice(1).entries()) {
      this.#numbers.set(names[index] ?? '', number);
    }
  }

  async #ask({ method, path, body }: Pick<DocumentCall, 'method' | 'path' | 'body'>): Promise<string> {
    const { simulator, platform, imei } = this.#simulator;
    const url = path.replace('IMEI', imei).replace('DEVICE', platform.devices[0]?.id ?? '');
    const response = await fetch(`${simulator.http}${url}`, {
      method,
      headers: { 'api-key': apiKey, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: body ?? '' }),
    });
    return response.text();
  }
}

/**
 * Plays the exchange, after all that comes before it, as host and HTTP client: fails unless the virtual module prints
 * exactly the document's lines, nothing that the document does not have, and the platform answers exactly its JSON.
 */
export async function farEndSays(dialect: DialectName, exchange: Exchange): Promise<void> {
  const chain = chainOf(dialect, exchange);
  const simulator = await openSimulator({
    profile: profiles[dialect],
    baudRate: 0,
    // Slow: thirty seconds of search pass in one and a half, and the host has its reports switched on by then.
    radioSpeed: exchange.hasSlowRadio ? 20 : Infinity,
    platform: { apiKey },
    ...(exchange.isBootstrapped ? { bootstrap: 'onenet' } : {}),
  });
  onTestFinished(() => simulator.close());
  const farEnd = new FarEnd(simulator);
  for (const one of chain) {
    await farEnd.play(one);
    if (one.id === 'start' && !exchange.hasSlowRadio) await farEnd.attached();
  }
  const known = table[dialect].flatMap(({ lines, besides = [] }) => [
    ...lines.filter((line) => line.startsWith('< ')).map((line) => patternOf(line.slice(2))[0]),
    ...besides.map((line) => patternOf(line)[0]),
  ]);
  expect(farEnd.unheard.filter((line) => !known.some((pattern) => pattern.test(line)))).toEqual([]);
}
