import { splitCommand } from '../../at/tokens.ts';
import type { Link } from '../../transport/link.ts';
import type { Profile } from '../profile.ts';
import { Refusal } from '../refusal.ts';
import type { Answer, CommandHandler } from './commandHandler.ts';
import { generalCommands } from './generalCommands.ts';
import { printPlain, printRefusal } from './lines.ts';
import { MiplInstance } from './miplCommands.ts';
import type { StackOptions } from './miplCommands.ts';
import { settingsAfterPowerOn } from './modemContext.ts';
import type { ModemContext, SimulatedIdentity } from './modemContext.ts';
import { networkCommands, printConnection, printRegistration } from './networkCommands.ts';
import { networkAddress, Radio } from './radio.ts';
import { Terminal } from './terminal.ts';
import { UdpSockets } from './udpCommands.ts';

/** What a virtual modem is made with. */
export interface ModemOptions {
  readonly profile: Profile;
  /** The module's end of the link. */
  readonly link: Link;
  readonly identity: SimulatedIdentity;
  readonly seed: number;
  /** How much faster than in real life the module boots and finds the network; Infinity: at once. */
  readonly radioSpeed: number;
  readonly stack: StackOptions;
}

const initialModuleConfig: readonly [string, string][] = [
  ['AUTOCONNECT', 'TRUE'],
  ['CR_0354_0338_SCRAMBLING', 'TRUE'],
  ['CR_0859_SI_AVOID', 'TRUE'],
  ['COMBINE_ATTACH', 'FALSE'],
  ['CELL_RESELECTION', 'TRUE'],
  ['ENABLE_BIP', 'FALSE'],
];

/**
 * The AT side of a virtual module: boots, reads commands one after the other, answers them and prints what happens
 * unasked. Lives from {@link powerOn} to {@link powerOff}.
 */
export class Modem {
  readonly #options: ModemOptions;
  readonly #terminal: Terminal;
  readonly #context: ModemContext;
  readonly #radio: Radio;
  readonly #mipl: MiplInstance;
  readonly #udp: UdpSockets;
  readonly #handlers = new Map<string, CommandHandler>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Lines that came while a command was running; undefined stands for one that was too long. */
  #waiting: (string | undefined)[] = [];
  #isBusy = false;
  /** Counts power-ons: what belongs to an earlier one says nothing any more. */
  #life = 0;
  #startedMs = 0;

  constructor(options: ModemOptions) {
    const { profile, identity, seed, link } = options;
    this.#options = options;
    this.#terminal = new Terminal(
      link,
      { onLine: (line) => this.#take(line), onOverlong: () => this.#take(undefined) },
      profile,
    );
    this.#radio = new Radio(options.radioSpeed, {
      onRegistration: () => {
        if (this.#context.settings.registrationReport > 0) this.#context.say(printRegistration(this.#context));
        if (profile.boot.tellsAddress && this.#radio.isRegistered) {
          this.#context.say(printPlain(profile, '+IP', [networkAddress]));
        }
      },
      onConnection: () => {
        if (this.#context.settings.connectionReport > 0) this.#context.say(printConnection(this.#context));
      },
    });
    this.#context = {
      profile,
      identity,
      seed,
      radio: this.#radio,
      settings: settingsAfterPowerOn(profile),
      moduleConfig: new Map(initialModuleConfig),
      say: (line) => this.#terminal.sayUnasked(line),
      setEcho: (isOn) => {
        this.#terminal.echo = isOn;
      },
      reboot: () => this.reboot(),
      uptimeSeconds: () => (performance.now() - this.#startedMs) / 1000,
      later: (delayMs, action) => this.#later(delayMs, action),
    };
    this.#mipl = new MiplInstance(this.#context, options.stack);
    this.#udp = new UdpSockets(this.#context);
    const handlers = [
      ...generalCommands(this.#context),
      ...networkCommands(this.#context),
      ...this.#udp.handlers(),
      ...this.#mipl.handlers(),
    ];
    for (const handler of handlers) {
      if (profile.unknownCommands.includes(handler.name)) continue;
      this.#handlers.set(`${handler.name} ${handler.form}`, handler);
    }
  }

  /** Boots and prints the banner. */
  powerOn(): void {
    this.#boot(this.#options.profile.boot.afterPowerOn);
  }

  /** Loses everything but what stands in flash, and boots again. */
  reboot(): void {
    void this.powerOff();
    this.#boot(this.#options.profile.boot.afterCommand);
  }

  /** Resolves when nothing of the module runs any more. */
  async powerOff(): Promise<void> {
    this.#life += 1;
    this.#terminal.reset();
    this.#terminal.isPowered = false;
    this.#waiting = [];
    this.#isBusy = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#radio.off();
    await Promise.all([this.#mipl.dispose(), this.#udp.close()]);
  }

  #boot(banner: readonly string[]): void {
    const { profile } = this.#options;
    this.#later(this.#radio.scaled(profile.boot.milliseconds), () => {
      this.#startedMs = performance.now();
      this.#terminal.echo = profile.echo;
      Object.assign(this.#context.settings, settingsAfterPowerOn(profile));
      this.#terminal.isPowered = true;
      for (const line of banner) this.#terminal.say(line);
      if (this.#context.moduleConfig.get('AUTOCONNECT') === 'TRUE') this.#radio.setLevel(1);
    });
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  #take(line: string | undefined): void {
    this.#waiting.push(line);
    if (!this.#isBusy) void this.#work();
  }

  /** Answers what waits, one after the other, in the order it came. */
  async #work(): Promise<void> {
    const life = this.#life;
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const line = this.#waiting.shift();
      const answer = await this.#answer(line);
      // Power may be gone, and back, while a command took its time.
      if (life !== this.#life) return;
      const { lines = [], isBlock = false, final = 'OK', afterwards } = answer;
      if (isBlock && lines.length > 0) this.#terminal.sayBlock(lines);
      else for (const text of lines) this.#terminal.say(text);
      if (final !== '') this.#terminal.say(final);
      afterwards?.();
      if (life !== this.#life) return;
    }
    this.#isBusy = false;
  }

  async #answer(line: string | undefined): Promise<Answer> {
    const command = line === undefined ? undefined : splitCommand(line);
    try {
      const handler = command && this.#handlers.get(`${command.name} ${command.form}`);
      if (!handler) throw new Refusal('unknown', 'no such command');
      return await handler.run(command.list);
    } catch (error) {
      // A fault of ours must not end the program it runs in; a module would say ERROR as well.
      if (!(error instanceof Refusal)) return { final: 'ERROR' };
      const isMipl = command?.name.startsWith('+MIPL') === true;
      return { final: printRefusal(this.#context.profile, error, isMipl, this.#context.settings.errorReport) };
    }
  }
}
