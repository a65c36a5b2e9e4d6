import type { DecodedLine } from '../../shared/log.ts';
import type { CommandSpec } from './codec.ts';
import type { SeenCommand } from './lineTable.ts';

/** V.250 §6.1.3–6.1.7, TS 27.007 §5.1–5.3: maker, model and revision come as bare lines, and may read like a boot banner. */
const identification = /^AT(?:I\d*|\+C?GM[IMR])$/i;
/** The same and TS 27.007 §5.4, §5.6: serial number and IMSI. */
const identity = /^AT(?:I\d*|\+C?GM[IMR]|\+C?GSN|\+CIMI)$/i;
/** Several commands in one line (V.250 §5.2.4): each has its own answer. */
const severalCommands = /;\s*[A-Z+*%^#&$]/i;
const extendedName = /^AT(\+\w+)/i;
/** Matches no text. */
const nothing = /(?!)/;

/** What follows from the text of a command line, found out once, and most of it only when somebody asks. */
export class KnownCommand {
  readonly text: string;
  readonly spec: CommandSpec | undefined;
  readonly decoded: DecodedLine;
  #asksWho: boolean | undefined;
  #hasBareLines: boolean | undefined;
  #prefix: RegExp | undefined;

  constructor(text: string, { spec, decoded }: SeenCommand) {
    this.text = text;
    this.spec = spec;
    this.decoded = decoded;
  }

  /** Asks who the module or its card is. */
  get asksWho(): boolean {
    return (this.#asksWho ??= identity.test(this.text));
  }

  /** Lines without a `+NAME:` prefix belong to the answer, even when they read like a boot banner or a URC. */
  get hasBareLines(): boolean {
    return (this.#hasBareLines ??= this.spec?.answer?.name === '' || identification.test(this.text));
  }

  /** Several commands in one line. */
  get isSeveral(): boolean {
    return severalCommands.test(this.text);
  }

  /** The line begins with the command's own name: `AT+CGMR` may be answered `+CGMR: …` where others say it bare. */
  hasPrefix(text: string): boolean {
    return (this.#prefix ??= this.#prefixOf()).test(text);
  }

  #prefixOf(): RegExp {
    const name = extendedName.exec(this.text)?.[1];
    return name === undefined ? nothing : new RegExp(`^\\${name} *:`, 'i');
  }
}
