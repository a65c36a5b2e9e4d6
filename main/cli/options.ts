import { readFile } from 'node:fs/promises';
import { faultOf } from '../../shared/errors.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import type { WholeRange } from '../../shared/wholeRange.ts';
import { defaultModel, parseModel } from '../lwm2m/deviceModel.ts';
import type { DeviceModel } from '../lwm2m/deviceModel.ts';
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
    return new TextDecoder().decode(await readFile(file));
  } catch (error) {
    throw new UsageError(`${option}: ${faultOf(error).message}`);
  }
}

/** A whole number in a range. @throws UsageError. */
export function numberOf(option: string, text: string, range: WholeRange): number {
  const value = readWhole(text, range);
  if (value === undefined) throw new UsageError(`${option} is a number from ${range.min} to ${range.max}`);
  return value;
}
