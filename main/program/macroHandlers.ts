import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Handlers } from '../../shared/contract/contract.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { writeWhole } from '../files/writeWhole.ts';
import type { Application } from './application.ts';
import type { Desktop } from './desktop.ts';

/** The part of the contract about macros that are kept. */
export function macroHandlers(
  { macros: book }: Application,
  desktop: Pick<Desktop, 'chooseExportFile' | 'chooseMacroFile'>,
): Pick<Handlers, 'saveMacros' | 'importMacros' | 'exportMacros'> {
  return {
    saveMacros: ({ macros }) => book.save(macros),
    async importMacros() {
      const file = await desktop.chooseMacroFile();
      if (file === undefined) return null;
      const bytes = await readFile(file).catch((error: unknown) => {
        throw new CodedError('FILE_NOT_FOUND', faultOf(error).message, file, { cause: error });
      });
      return { names: await book.add(new TextDecoder().decode(bytes), basename(file)) };
    },
    async exportMacros({ macros }) {
      const file = await desktop.chooseExportFile('macros.json', 'macros');
      if (file === undefined) return null;
      const { macrosText } = await import('../macros/macroFile.ts');
      await writeWhole(file, macrosText(macros));
      return { file };
    },
  };
}
