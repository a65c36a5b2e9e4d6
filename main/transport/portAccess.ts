import { constants, access, readFile, stat } from 'node:fs/promises';

/** What the system says about opening a device file; empty when nothing stands in the way. */
export interface PortAccess {
  /** The system's code: `ENOENT`, `EACCES`, `EBUSY` … */
  readonly code?: string;
  /** The group that owns the device, when the code is `EACCES`. */
  readonly group?: string;
}

/** Asks the system whether we may read and write a device file. Never rejects. */
export async function portAccess(path: string, groupFile = '/etc/group'): Promise<PortAccess> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return {};
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    return code === 'EACCES' || code === 'EPERM' ? { code: 'EACCES', group: await groupOf(path, groupFile) } : { code };
  }
}

/** Name of the group that owns a file: the one to be added to. Its number when it has no name. Never rejects. */
export async function groupOf(path: string, groupFile = '/etc/group'): Promise<string> {
  const groupId = await stat(path).then(
    ({ gid }) => String(gid),
    () => '',
  );
  const groups = await readFile(groupFile, 'utf8').catch(() => '');
  for (const entry of groups.split('\n')) {
    const [name, , id] = entry.split(':');
    if (name && id === groupId) return name;
  }
  return groupId;
}
