import { isBootBanner } from '../at/resultCodes.ts';
import type { CommandSpec } from '../at/codec.ts';
import type { DecodedLine } from '../../shared/log.ts';
import { decodeFromModule, decodedCommand, parseCommand } from './decode.ts';
import { decodeStray } from './strayLines.ts';

/**
 * Reads the lines of a log in their order: remembers which command's answer is awaited. Where that is not known, as in a log
 * of the module's side alone, a line's shape has to do.
 */
export class Conversation {
  #pending: CommandSpec | undefined;
  /** The line before, where it could not be read. */
  #broken: string | undefined;

  /** Says what the next line is. Never throws. */
  decode(text: string): DecodedLine {
    const decoded = this.#decode(text);
    this.#broken = decoded.kind === 'unknown' ? text : undefined;
    return decoded;
  }

  #decode(text: string): DecodedLine {
    const command = parseCommand(text);
    if (command) {
      this.#pending = command.spec;
      return decodedCommand(command);
    }
    const decoded = this.#pending ? decodeFromModule(text, this.#pending) : this.#alone(text);
    if (decoded.kind === 'final' || decoded.kind === 'banner') this.#pending = undefined;
    return decoded;
  }

  #alone(text: string): DecodedLine {
    const decoded = decodeFromModule(text, undefined);
    if (decoded.kind === 'banner' && isBootBanner(text)) {
      return { ...decoded, note: 'could also be the answer to a question for maker or model' };
    }
    if (decoded.kind !== 'unknown' || decoded.name?.startsWith('+')) return decoded;
    if (this.#broken?.trimEnd().endsWith(',') || (this.#broken !== undefined && text.trimStart().startsWith(','))) {
      return { ...decoded, note: 'could be the rest of the line before' };
    }
    return decodeStray(text) ?? decoded;
  }
}
