import { commands } from '../../mipl/messages.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { handle } from './commandHandler.ts';
import type { CommandHandler } from './commandHandler.ts';
import { printPlain } from './lines.ts';
import type { ConfiguredServer } from './createConfig.ts';
import type { ModemContext } from './modemContext.ts';

const isWithin = (text: string, least: number, most: number): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most;
const isPort = (text: string | undefined): boolean => text !== undefined && isWithin(text, 1, 65535);
/** A switch, and the text that belongs to it when it is on. */
const isSecret = (first: string, second: string | undefined, least: number): boolean =>
  first === '0' || (first === '1' && new RegExp(`^[A-Za-z0-9]{${least},16}$`).test(second ?? ''));

/** Which values each mode takes (mipl-at.md §10). */
const rules: readonly ((first: string, second: string | undefined) => boolean)[] = [
  (_host, port) => isPort(port),
  (_host, port) => isPort(port),
  (first, seconds) => first === '1' && seconds !== undefined && isWithin(seconds, 2, 20),
  (first) => isWithin(first, 0, 1),
  (first, authCode) => isSecret(first, authCode, 1),
  (first, psk) => isSecret(first, psk, 8),
  (first) => isWithin(first, 0, 1),
  (first, hints) => isWithin(first, 0, 3) && (hints === undefined || isWithin(hints, 0, 1)),
];

/** The modes that change something here; the others are only kept. */
const modes = { direct: 0, bootstrap: 1, observeAnswer: 3, authCode: 4, writeFormat: 6 } as const;

const initial: readonly string[] = ['0', '183.230.40.39,5683', '1,2', '0', '0', '0', '0', '0,0'];

/** AT+MIPLCONFIG of BC28 and BC95: settings of the stack, one line per mode, only before CREATE. */
export class MiplConfig {
  readonly #values = new Map(initial.map((text, mode) => [mode, text]));
  /** The latest of modes 0 and 1. */
  #server: ConfiguredServer | undefined;

  handlers({ profile }: ModemContext, isCreated: () => boolean): CommandHandler[] {
    return [
      handle(commands.config, ({ mode, first, second }) => {
        if (isCreated()) throw new CommandRefusal('state', 'only before CREATE');
        if (rules[mode]?.(first, second) !== true)
          throw new CommandRefusal('parameter', `mode ${mode} does not take that`);
        this.#values.set(mode, second === undefined ? first : `${first},${second}`);
        if (mode === modes.direct || mode === modes.bootstrap) {
          this.#server = { host: first, port: Number(second), isBootstrap: mode === modes.bootstrap };
        }
        return {};
      }),
      handle(commands.configState, () => ({
        lines: [...this.#values].map(([mode, text]) => printPlain(profile, '+MIPLCONFIG', [mode, text])),
      })),
    ];
  }

  get server(): ConfiguredServer | undefined {
    return this.#server;
  }

  get authCode(): string | undefined {
    return this.#values.get(modes.authCode)?.split(',')[1];
  }

  get answersObserve(): boolean {
    return this.#values.get(modes.observeAnswer) === '1';
  }

  /** Values of +MIPLWRITE as raw text. */
  get writesText(): boolean {
    return this.#values.get(modes.writeFormat) === '1';
  }
}
