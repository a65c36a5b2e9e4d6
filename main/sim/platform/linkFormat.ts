import { parsePath, type Lwm2mPath } from '../../../shared/lwm2m.ts';

/** What the CoRE Link Format (RFC 6690) of a registration or a Discover answer says. */
export interface LinkList {
  /** Objects, instances and resources, in the order given. */
  readonly paths: readonly Lwm2mPath[];
  /** Where the object tree hangs, without slash at the end: `''`, or `/lwm2m` of `</lwm2m>;rt="oma.lwm2m"`. */
  readonly root: string;
}

/** One link: its target in angle brackets and its parameters, where quoted text may hold commas and semicolons. */
const link = /^\s*<([^<>]*)>((?:\s*;\s*[^\s;,="<>]+(?:=(?:"(?:[^"\\]|\\.)*"|[^\s;,"<>]*))?)*)\s*(?:,|$)/;

/**
 * Reads the links of a registration (LwM2M 1.0 §5.3.1) or a Discover answer (§5.4.2). What is no LwM2M path — the root,
 * other people's resources, resource instances — is left out; undefined when the text is not link format at all.
 * A Discover answer does not repeat the root of the registration, which is given as `knownRoot`.
 */
export function parseLinks(text: string, knownRoot = ''): LinkList | undefined {
  const targets: string[] = [];
  let root = knownRoot;
  let rest = text;
  while (rest.trim() !== '') {
    const match = link.exec(rest);
    if (!match) return undefined;
    const [whole, target = '', parameters = ''] = match;
    if (/;\s*rt="?oma\.lwm2m"?/.test(parameters)) root = target.replace(/\/+$/, '');
    else targets.push(target);
    rest = rest.slice(whole.length);
  }
  const inTree = targets.map((target) => (target.startsWith(`${root}/`) ? target.slice(root.length) : target));
  return { paths: inTree.flatMap((target) => parsePath(target) ?? []), root };
}
