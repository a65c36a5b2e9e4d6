import { commands } from '../../mipl/messages.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { handle } from './commandHandler.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { printPlain } from './lines.ts';
import type { ModemContext } from './modemContext.ts';
import { networkAddress } from './radio.ts';

const done: CommandAnswer = {};
const apn = 'nbiot.MNC002.MCC460.GPRS';
/** More than any of the modules has. */
const maximumContexts = 11;

interface PacketContext {
  readonly type: string;
  readonly apn: string;
}

/**
 * PDP contexts (27.007 §10.1): +CGDCONT, +CGACT, +CGPADDR. One exists from the start and carries the address; the host may
 * define others, which never get one of their own.
 */
export function contextCommands({ profile, radio }: ModemContext): CommandHandler[] {
  const { contextId: first, quotesAddress } = profile.network;
  const contexts = new Map<number, PacketContext>([[first, { type: 'IP', apn }]]);
  const isActive = (contextId: number): boolean => contextId === first && radio.isRegistered;
  const addressText = quotesAddress ? `"${networkAddress}"` : networkAddress;
  const addressLine = (contextId: number): string =>
    printPlain(profile, '+CGPADDR', isActive(contextId) ? [contextId, addressText] : [contextId]);
  const sorted = (): number[] => [...contexts.keys()].sort((one, other) => one - other);
  const require = (contextId: number): void => {
    if (!contexts.has(contextId)) throw new CommandRefusal('parameter', `context ${contextId} is not defined`);
  };

  return [
    handle(commands.pdpContextState, () => ({
      lines: sorted().map((contextId) => {
        const { type = '', apn: name = '' } = contexts.get(contextId) ?? {};
        return printPlain(profile, '+CGDCONT', [contextId, `"${type}"`, `"${name}"`, '', 0, 0]);
      }),
    })),
    handle(commands.pdpContext, ({ contextId, type, apn: name = '' }) => {
      // 27.007 §10.1.1: the number alone takes the definition away.
      if (type === undefined && contextId !== first) contexts.delete(contextId);
      if (type === undefined) return done;
      if (contextId >= maximumContexts) throw new CommandRefusal('parameter', `context ${contextId}`);
      contexts.set(contextId, { type, apn: name });
      return done;
    }),
    handle(commands.address, () => ({ lines: sorted().map(addressLine) })),
    handle(commands.addressOf, ({ contextId }) => {
      require(contextId);
      return { lines: [addressLine(contextId)] };
    }),
    {
      name: '+CGPADDR',
      form: 'test',
      run: () => ({ lines: [printPlain(profile, '+CGPADDR', [`(${sorted().join(',')})`])] }),
    },
    {
      name: '+CGACT',
      form: 'read',
      run: () => ({
        lines: sorted().map((contextId) => printPlain(profile, '+CGACT', [contextId, isActive(contextId) ? 1 : 0])),
      }),
    },
    { name: '+CGACT', form: 'write', run: (list) => activate(list, require) },
    { name: '+CGACT', form: 'test', run: () => ({ lines: [printPlain(profile, '+CGACT', ['(0,1)'])] }) },
  ];

  /** NB-IoT has its one bearer as long as it is attached: activating changes nothing, deactivating the last is refused. */
  function activate(list: string, check: (contextId: number) => void): CommandAnswer {
    const [, state, contextId] = /^([01]) *, *(\d{1,2})$/.exec(list) ?? [];
    if (state === undefined) throw new CommandRefusal('parameter', 'state and context are expected');
    check(Number(contextId));
    if (state === '1' && !radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
    if (state === '0' && isActive(Number(contextId)))
      throw new CommandRefusal('state', 'the last bearer cannot be let go');
    return done;
  }
}
