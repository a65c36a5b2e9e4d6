import { folderRisk, ownJournalDirectory } from '../files/ownDirectory.ts';
import type { FolderRisk } from '../files/ownDirectory.ts';
import { writeLine } from './io.ts';
import type { CliIo } from './io.ts';

const risks: Readonly<Record<FolderRisk, string>> = {
  owner: 'belongs to another user',
  writable: 'can be written to by others',
};

/**
 * The folder for journals that was asked for, with a word on stderr where others could remove them there; by default one
 * of the user's own. @throws the system's error.
 */
export async function journalDirectoryOf(
  asked: string | undefined,
  { stderr }: Pick<CliIo, 'stderr'>,
): Promise<string> {
  if (asked === undefined) return ownJournalDirectory();
  // A folder that is not there yet will be this user's.
  const risk = await folderRisk(asked).catch(() => undefined);
  if (risk)
    await writeLine(stderr, `${asked} ${risks[risk]}: they can take the journal away. --journal names another folder`);
  return asked;
}
