const scheme = 'sim:';

/** The port of a virtual module: `sim:m5310-seed`, habits and all behind the name. */
export const profilePort = (profile: string): string => `${scheme}${profile}`;

/** The virtual module one begins with: that of the document. */
export const firstVirtualPort = profilePort('m5310-seed');

/** Profile and habits of a virtual module's port, `m5310-seed?bootstrap`; undefined when the path is another kind of port. */
export function virtualProfile(path: string): string | undefined {
  return path.startsWith(scheme) ? path.slice(scheme.length) : undefined;
}
