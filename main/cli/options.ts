import { faultOf } from '../../shared/errors.ts';
import { frameName, frames, lineEndings, readFrame } from '../../shared/lineSettings.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import type { WholeRange } from '../../shared/wholeRange.ts';
import { readBounded } from '../files/boundedFile.ts';
import { defaultModel, parseModel } from '../lwm2m/deviceModel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { UsageError } from './io.ts';

/** The device model of `--model`, or the shipped one. @throws UsageError, CodedError `FILE_BAD_MODEL`. */
export async function modelFrom(file: string | undefined): Promise<DeviceModel> {
  if (file === undefined) return defaultModel;
  return parseModel(await fileText('--model', file), file);
}

/** The text of a file that an option names. @throws UsageError. */
export async function fileText(option: string, file: string): Promise<string> {
  try {
    // Editors on Windows put a byte order mark in front, which the decoder takes away.
    return new TextDecoder().decode(await readBounded(file));
  } catch (error) {
    throw new UsageError(`${option}: ${faultOf(error).message}`);
  }
}

/** How the line of a port is set: the options of every command that opens one. */
export const lineOptions = {
  'line-ending': { type: 'string' },
  frame: { type: 'string' },
  dtr: { type: 'string' },
  rts: { type: 'string' },
} as const;

/** Their rows of a help text. */
export const lineHelp = `  --line-ending E   what ends a command: CR, LF or CRLF (default)
  --frame F         data bits, parity, stop bits: 8N1 (default), 7E1, 8O2 …; of a serial port or rfc2217://
  --dtr on|off      level of DTR while the port is open, default on; --rts on|off likewise`;

/** The line as the options say. @throws UsageError. */
export function lineFrom(values: { readonly [N in keyof typeof lineOptions]?: string | undefined }): LineSettings {
  const { 'line-ending': ending = 'CRLF', frame: frameGiven = '8N1', dtr = 'on', rts = 'on' } = values;
  const lineEnding = lineEndings.find((known) => known === ending.toUpperCase());
  if (!lineEnding) throw new UsageError(`--line-ending is one of ${lineEndings.join(', ')}`);
  const frame = readFrame(frameGiven);
  if (!frame) throw new UsageError(`--frame is one of ${frames.map(frameName).join(', ')}`);
  for (const [name, level] of Object.entries({ dtr, rts }))
    if (level !== 'on' && level !== 'off') throw new UsageError(`--${name} is on or off`);
  return { lineEnding, ...frame, dtr: dtr === 'on', rts: rts === 'on' };
}

/** A whole number in a range. @throws UsageError. */
export function numberOf(option: string, text: string, range: WholeRange): number {
  const value = readWhole(text, range);
  if (value === undefined) throw new UsageError(`${option} is a number from ${range.min} to ${range.max}`);
  return value;
}
