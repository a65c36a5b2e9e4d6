import { identityNumber } from '../../shared/identity.ts';
import { isBootBanner } from '../at/resultCodes.ts';
import type { CommandSpec } from '../at/codec.ts';
import type { DecodedLine } from '../../shared/log.ts';
import { decodeFromModule, decodedCommand, parseCommand } from '../mipl/decode.ts';
import { commands } from '../mipl/messages.ts';
import { decodeStray } from '../mipl/strayLines.ts';

/** Commands whose bare answer has one shape only, some modules put it in quotes. */
const fifteenDigits = new Map<CommandSpec, string>([
  [commands.serialNumber, 'no IMEI: that has 15 digits'],
  [commands.serialNumberShort, 'no IMEI: that has 15 digits'],
  [commands.imsi, 'no IMSI: that has 15 digits'],
]);
const inQuotes = /^"(.*)"$/;

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
    const decoded = this.#pending ? ofShape(decodeFromModule(text, this.#pending), this.#pending) : this.#alone(text);
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

/** What stands in a log beside the answer, such as a head or a saying of a tool, is never taken for the number itself. */
function ofShape(decoded: DecodedLine, pending: CommandSpec): DecodedLine {
  const reason = decoded.kind === 'response' ? fifteenDigits.get(pending) : undefined;
  if (reason === undefined) return decoded;
  const text = String(decoded.params?.['text']);
  return identityNumber.test(text.replace(inQuotes, '$1')) ? decoded : { kind: 'data', note: reason };
}
