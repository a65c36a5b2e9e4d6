import type { CommandSpec } from '../at/codec.ts';
import type { DecodedLine } from '../../shared/log.ts';
import { decodeFromModule, decodedCommand, parseCommand } from './decode.ts';

/** Reads the lines of a log in their order: remembers which command's answer is awaited. */
export class Conversation {
  #pending: CommandSpec | undefined;

  /** Says what the next line is. Never throws. */
  decode(text: string): DecodedLine {
    const command = parseCommand(text);
    if (command) {
      this.#pending = command.spec;
      return decodedCommand(command);
    }
    const decoded = decodeFromModule(text, this.#pending);
    if (decoded.kind === 'final' || decoded.kind === 'banner') this.#pending = undefined;
    return decoded;
  }
}
