import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { CodedError, faultOf } from '../../shared/errors.ts';

/** A folder that can be written to, and why it is not the one that was wanted. */
export interface UsableFolder {
  readonly path: string;
  /** The system's words. */
  readonly problem?: string;
}

/**
 * The folder, made where it is missing; where that cannot be, or nobody can write there, a new one of this user alone in the
 * temporary folder. Synchronous, since Chromium takes the folder for its own before anything can be waited for.
 * @throws CodedError `FILE_NOT_WRITTEN`, detail: both folders, where the temporary folder is no better
 */
export function usableFolder(wanted: string, temporary: string = tmpdir()): UsableFolder {
  try {
    if (!isAbsolute(wanted)) throw new Error(`There is no home (${wanted})`);
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    accessSync(wanted, constants.W_OK | constants.X_OK);
    return { path: wanted };
  } catch (error) {
    const problem = faultOf(error).message;
    try {
      return { path: mkdtempSync(join(temporary, 'mipl-field-tool-')), problem };
    } catch (cause) {
      throw new CodedError('FILE_NOT_WRITTEN', problem, `${wanted}, ${temporary}`, { cause });
    }
  }
}

/**
 * Whether a process knows where its user is at home. Where it does not, Chromium takes the temporary folder for it, in which
 * everybody may write and nothing stays.
 */
export function knowsHome(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): boolean {
  return platform === 'win32' || isAbsolute(env['HOME'] ?? '');
}
