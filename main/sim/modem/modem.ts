import type { Link } from '../../transport/link.ts';
import type { Profile } from '../profile.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { basicCommands } from './basicCommands.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { splitCommandLine } from './commandLine.ts';
import type { LineCommand } from './commandLine.ts';
import { contextCommands } from './contextCommands.ts';
import { generalCommands } from './generalCommands.ts';
import { printPlain, printRefusal } from './lines.ts';
import { mediatekSockets } from './mediatekSockets.ts';
import type { SocketCommands } from './mediatekSockets.ts';
import { MiplInstance } from './miplCommands.ts';
import type { StackOptions } from './miplCommands.ts';
import { settingsAfterPowerOn } from './modemContext.ts';
import type { ModemContext, SimulatedIdentity } from './modemContext.ts';
import { networkCommands, printConnection, printRegistration } from './networkCommands.ts';
import { productCommands } from './productCommands.ts';
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
  /** See {@link ModemContext.notice}; and a fault of ours, which a module lives on after. Default: nobody is told. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

const initialModuleConfig: readonly [string, string][] = [
  ['AUTOCONNECT', 'TRUE'],
  ['CR_0354_0338_SCRAMBLING', 'TRUE'],
  ['CR_0859_SI_AVOID', 'TRUE'],
  ['COMBINE_ATTACH', 'FALSE'],
  ['CELL_RESELECTION', 'TRUE'],
  ['ENABLE_BIP', 'FALSE'],
];

/** A host that has pulled the reset line waits a second for the banner. */
const fastestBootMs = 500;
/** Notices kept, so that none is told twice. */
const maximumNotices = 200;

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
  readonly #sockets: SocketCommands;
  readonly #handlers = new Map<string, CommandHandler>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Lines that came while a command was running; undefined stands for one that was too long. */
  #waiting: (string | undefined)[] = [];
  /** The line that `A/` repeats. */
  #last = 'AT';
  #isBusy = false;
  #isOn = false;
  /** Counts power-ons: what belongs to an earlier one says nothing any more. */
  #life = 0;
  #startedMs = 0;
  /** Names of all commands the module knows in any form. */
  readonly #names = new Set<string>();
  readonly #noticed = new Set<string>();

  constructor(options: ModemOptions) {
    const { profile, identity, seed, link } = options;
    this.#options = options;
    this.#terminal = new Terminal(
      link,
      {
        onLine: (line) => this.#take((this.#last = line)),
        onOverlong: () => this.#take(undefined),
        onRepeat: () => this.#take(this.#last),
      },
      profile,
    );
    this.#radio = new Radio(options.radioSpeed, profile.site, {
      onRegistration: () => {
        if (this.#context.settings.registrationReport > 0) this.#context.say(printRegistration(this.#context));
        if (this.#context.settings.circuitReport > 0) {
          this.#context.say(printPlain(profile, '+CREG', [this.#radio.status]));
        }
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
      terminal: this.#terminal,
      notice: (text) => this.#notice(text),
      reboot: () => this.reboot(),
      uptimeSeconds: () => (performance.now() - this.#startedMs) / 1000,
      later: (delayMs, action) => this.#later(delayMs, action),
    };
    this.#mipl = new MiplInstance(this.#context, options.stack);
    this.#udp = new UdpSockets(this.#context);
    this.#sockets = mediatekSockets(this.#context);
    const handlers = [
      ...basicCommands(this.#context),
      ...generalCommands(this.#context),
      ...networkCommands(this.#context),
      ...contextCommands(this.#context),
      ...productCommands(this.#context, () => [...this.#names]),
      ...this.#udp.handlers(),
      ...this.#sockets.handlers,
      ...this.#mipl.handlers(),
    ];
    for (const handler of handlers) {
      if (profile.unknownCommands.includes(handler.name)) continue;
      this.#handlers.set(`${handler.name} ${handler.form}`, handler);
      this.#names.add(handler.name);
    }
  }

  /** Boots and prints the banner; nothing where it is on. */
  powerOn(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#boot(this.#options.profile.boot.afterPowerOn);
  }

  /** The reset line: as power-on, within a second, and power comes with it. */
  reset(): void {
    this.cutPower();
    this.#isOn = true;
    this.#boot(this.#options.profile.boot.afterPowerOn, fastestBootMs);
  }

  /** Ends everything at once; nobody waits for it. */
  cutPower(): void {
    this.#isOn = false;
    this.powerOff().catch((error: unknown) => this.#tellFault(error));
  }

  /** Loses everything but what stands in flash, and boots again. */
  reboot(): void {
    this.cutPower();
    this.#isOn = true;
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
    await Promise.all([this.#mipl.dispose(), this.#udp.close(), this.#sockets.close()]);
  }

  #boot(banner: readonly string[], atMostMs = Infinity): void {
    const { profile } = this.#options;
    this.#later(Math.min(atMostMs, this.#radio.scaled(profile.boot.milliseconds)), () => {
      this.#startedMs = performance.now();
      this.#terminal.echo = profile.echo;
      this.#terminal.isVerbose = true;
      this.#terminal.isQuiet = false;
      Object.assign(this.#context.settings, settingsAfterPowerOn(profile));
      this.#terminal.isPowered = true;
      if (profile.boot.isBlock === true) this.#terminal.sayBlock(banner);
      else for (const line of banner) this.#terminal.say(line);
      if (this.#context.moduleConfig.get('AUTOCONNECT') === 'TRUE') this.#radio.setLevel(1);
    });
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#guard(action);
    }, delayMs);
    this.#timers.add(timer);
  }

  #take(line: string | undefined): void {
    this.#waiting.push(line);
    if (!this.#isBusy) this.#work().catch((error: unknown) => this.#tellFault(error));
  }

  /** Answers what waits, one after the other, in the order it came. */
  async #work(): Promise<void> {
    const life = this.#life;
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const line = this.#waiting.shift();
      await this.#perform(line);
      // Power may be gone, and back, while a command took its time.
      if (life !== this.#life) return;
    }
    this.#isBusy = false;
  }

  /** Does one command after the other up to the first that is refused; one final result stands for all (V.250 §5.2.3). */
  async #perform(line: string | undefined): Promise<void> {
    const life = this.#life;
    const followUps: (() => void)[] = [];
    let result = 'OK';
    for (const command of line === undefined ? [undefined] : splitCommandLine(line)) {
      const { lines = [], isBlock = false, final = 'OK', afterwards } = await this.#answer(command);
      if (life !== this.#life) return;
      if (isBlock && lines.length > 0) this.#terminal.sayBlock(lines);
      else for (const text of lines) this.#terminal.say(text);
      if (afterwards) followUps.push(afterwards);
      result = final;
      if (final !== 'OK') break;
    }
    if (result !== '') this.#terminal.sayResult(result);
    for (const followUp of followUps) {
      this.#guard(followUp);
      if (life !== this.#life) return;
    }
  }

  async #answer(command: LineCommand | undefined): Promise<CommandAnswer> {
    const isMipl = command?.name.startsWith('+MIPL') === true;
    try {
      const handler = command && this.#handlers.get(`${command.name} ${command.form}`);
      if (handler) return await handler.run(command.list);
      // 27.007 §4.2: a command that is known answers its test. What MIPL firmware tests is known, and has handlers.
      if (command?.form === 'test' && this.#names.has(command.name) && !isMipl) return {};
      throw new CommandRefusal('unknown', 'no such command');
    } catch (error) {
      if (!(error instanceof CommandRefusal)) {
        this.#tellFault(error);
        return { final: 'ERROR' };
      }
      return { final: printRefusal(this.#context.profile, error, isMipl, this.#context.settings.errorReport) };
    }
  }

  /** Runs what nobody waits for. A fault of ours must not end the program that the module runs in. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#tellFault(error);
    }
  }

  #tellFault(error: unknown): void {
    this.#notice(
      `A fault inside the virtual module: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
  }

  /** Each text once: what is not simulated is asked for again and again. */
  #notice(text: string): void {
    if (this.#noticed.has(text)) return;
    if (this.#noticed.size < maximumNotices) this.#noticed.add(text);
    this.#options.onNotice?.(text);
  }
}
