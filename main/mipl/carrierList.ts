import { defined } from '../../shared/defined.ts';
import type { SeenCarrier } from '../../shared/networkChange.ts';
import { tokenize } from '../at/tokens.ts';

/** `(<stat>,<long>,<short>,<numeric>[,<AcT>])`; quotes may hold brackets. */
const group = /\(((?:[^()"]|"[^"]*")*)\)/g;
const numeric = /^\d{5,6}$/;

/**
 * The carriers in the answer to AT+COPS=? (TS 27.007 §7.3): a list of groups, and behind an empty place the modes and formats
 * that the module knows. A group without a numeric carrier is none of them.
 */
export function carriersIn(list: string): readonly SeenCarrier[] {
  return [...list.matchAll(group)].flatMap(([, inner = '']) => {
    const [status = '', name = '', , carrier = ''] = tokenize(inner).map(({ text }) => text);
    if (!/^[0-3]$/.test(status) || !numeric.test(carrier)) return [];
    return [{ status: Number(status), carrier, ...defined({ name: name === '' ? undefined : name }) }];
  });
}
