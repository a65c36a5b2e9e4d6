import type { Profile } from '../profile.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import type { CommandHandler } from './commandHandler.ts';
import { printPlain } from './lines.ts';
import type { ModemContext } from './modemContext.ts';
import { addressOfName, signalOf } from './networkCommands.ts';
import { cell } from './radio.ts';
import { storedSettingsOf } from './storedSettings.ts';
import type { StoredSetting } from './storedSettings.ts';

/** Ranges of settings that stand in other files, as their `=?` tells them. */
const ranges: Readonly<Record<string, string>> = {
  '+CSQ': '(0-31,99),(99)',
  '+CEREG': '(0,1,2,3,4,5)',
  '+CSCON': '(0,1)',
  '+CFUN': '(0,1),(0,1)',
  '+CGATT': '(0,1)',
  '+CPSMS': '(0,1),,,(00000000-11111111),(00000000-11111111)',
  '+CEDRXS': '(0,1,2,3),(5),("0000"-"1111")',
  '+CGDCONT': '(0-10),("IP","IPV6","NONIP"),,,(0),(0)',
  '+NPSMR': '(0,1)',
  '+NSONMI': '(0,1,2,3)',
  '+NBAND': '(5,8)',
  '+NCONFIG': '(AUTOCONNECT,(TRUE,FALSE)),(CELL_RESELECTION,(TRUE,FALSE)),(ENABLE_BIP,(TRUE,FALSE))',
};

const RSSI_ABOVE_RSRP_DB = 6;
const TX_POWER_DBM = 13;
const SUPPLY_MV = 3600;

function cardState({ site }: Profile): string {
  if (site.card === 'missing') throw new CommandRefusal('noCard', 'no SIM card is inserted');
  return site.card === 'locked' ? 'SIM PIN' : 'READY';
}

const iotPlatform = "the IoT platform's own CoAP client (NCDP, NMGS): nothing is ever sent or received";

/**
 * Commands of 27.007 and of one family or product whose answer costs nothing: settings that are kept and told again, states
 * of what the module does not have. What a real one would do on top is told once through {@link ModemContext.notice}.
 */
export function productCommands(context: ModemContext, names: () => readonly string[]): CommandHandler[] {
  const { profile, settings } = context;
  const common: CommandHandler[] = [
    ...storedSettingsOf(profile).flatMap((setting) => storedCommands(context, setting)),
    ...Object.entries({ ...ranges, '+CMEE': profile.errors.reportUpTo === 2 ? '(0,1,2)' : '(0,1)' }).map(
      ([name, range]) => telling(name, 'test', [printPlain(profile, name, [range])]),
    ),
    ...shortMessageCommands(context),
    { name: '+CPIN', form: 'read', run: () => ({ lines: [printPlain(profile, '+CPIN', [cardState(profile)])] }) },
    telling('+GCAP', 'execute', [printPlain(profile, '+GCAP', ['+CGSM'])]),
    telling('+CEER', 'execute', [printPlain(profile, '+CEER', ['No Error'])]),
    { name: '+CLAC', form: 'execute', run: () => ({ lines: commandList(names()), isBlock: true }) },
    { name: '+CEDRXRDP', form: 'execute', run: () => ({ lines: [edrxInUse(context)] }) },
    ...speedCommands(context),
  ];
  if (profile.chip !== 'hisilicon') return [...common, ...mediatekCommands(context)];
  return [
    ...common,
    telling('+NQMGS', 'execute', ['PENDING=0,SENT=0,ERROR=0']),
    telling('+NQMGR', 'execute', ['BUFFERED=0,RECEIVED=0,DROPPED=0']),
    telling('+NMGR', 'execute', []),
    telling('+NMSTATUS', 'read', [printPlain(profile, '+NMSTATUS', ['UNINITIALISED'])]),
    {
      name: '+NMGS',
      form: 'write',
      run() {
        context.notice(notSimulated(iotPlatform));
        throw new CommandRefusal('state', 'it is not registered with an IoT platform');
      },
    },
    {
      name: '+NPSMR',
      form: 'read',
      run: () => ({ lines: [printPlain(profile, '+NPSMR', settings.sleepReport === 1 ? [1, 0] : [0])] }),
    },
    {
      name: '+NSONMI',
      form: 'read',
      run: () => ({ lines: [printPlain(profile, '+NSONMI', [settings.socketReport])] }),
    },
    ...nameServerCommands(context),
  ];
}

function notSimulated(what: string): string {
  return `not simulated: ${what}`;
}

function telling(name: string, form: CommandHandler['form'], lines: readonly string[]): CommandHandler {
  return { name, form, run: () => ({ lines }) };
}

function storedCommands(context: ModemContext, setting: StoredSetting): CommandHandler[] {
  const { profile } = context;
  const { name, takes, initial, range } = setting;
  const notice = (): void => {
    if (setting.notSimulated !== undefined) context.notice(notSimulated(`${setting.notSimulated} (AT${name})`));
  };
  let value = initial;
  return [
    {
      name,
      form: 'write',
      run(list) {
        if (!takes.test(list)) throw new CommandRefusal('parameter', `${name} does not take that`);
        value = list;
        notice();
        return {};
      },
    },
    {
      name,
      form: 'read',
      run: () => (value === undefined ? {} : { lines: [printPlain(profile, name, [value])] }),
    },
    telling(name, 'test', range === undefined ? [] : [printPlain(profile, name, [range])]),
    ...(setting.isExecuted ? [{ name, form: 'execute' as const, run: () => (notice(), {}) }] : []),
  ];
}

/** 27.007 §5.x, +CLAC: every extended command, one a line. */
function commandList(names: readonly string[]): string[] {
  return names
    .filter((name) => /^[+*]/.test(name))
    .sort()
    .map((name) => `AT${name}`);
}

/** 27.007 §7.41: 0 where the network grants no eDRX. */
function edrxInUse({ profile, settings, radio }: ModemContext): string {
  const { mode, accessTechnology, value } = settings.edrx;
  if (mode === 0 || mode === 3 || !radio.isRegistered) return printPlain(profile, '+CEDRXRDP', [0]);
  return printPlain(profile, '+CEDRXRDP', [accessTechnology, `"${value}"`, `"${value}"`, '"0011"']);
}

/** MT2625: card, band and cell; a driver of the ME3616 ends where one of these is refused. */
function mediatekCommands(context: ModemContext): CommandHandler[] {
  const { profile, radio, identity } = context;
  return [
    {
      name: '*MICCID',
      form: 'execute',
      run() {
        cardState(profile);
        return { lines: [printPlain(profile, '*MICCID', [identity.iccid])] };
      },
    },
    telling('*MBAND', 'read', [printPlain(profile, '*MBAND', [cell.band])]),
    {
      name: '*MENGINFO',
      form: 'write',
      run(list) {
        if (!/^[01]$/.test(list)) throw new CommandRefusal('parameter', '*MENGINFO takes 0 and 1');
        if (list === '1' || !radio.isRegistered) return {};
        const { rsrpDbm, rsrqDb, snrDb } = signalOf(context);
        const measured = [rsrpDbm, rsrqDb, rsrpDbm + RSSI_ABOVE_RSRP_DB, snrDb].map(Math.round);
        const place = [cell.band, `"${cell.tac}"`, 0, TX_POWER_DBM];
        const values = [cell.earfcn, 0, cell.pci, `"${cell.cellId}"`, ...measured, ...place];
        return { lines: [printPlain(profile, '*MENGINFOSC', values)] };
      },
    },
    ...(profile.name === 'me3616' ? [telling('+ZADC', 'read', [printPlain(profile, '+ZADC', [SUPPLY_MV])])] : []),
  ];
}

/** TS 27.005 without a message: stores are empty, sending is refused. */
function shortMessageCommands({ profile, notice }: ModemContext): CommandHandler[] {
  const stores = printPlain(profile, '+CPMS', [0, 10, 0, 10, 0, 10]);
  const named = ['"SM"', 0, 10, '"SM"', 0, 10, '"SM"', 0, 10];
  return [
    { name: '+CPMS', form: 'write', run: () => ({ lines: [stores] }) },
    telling('+CPMS', 'read', [printPlain(profile, '+CPMS', named)]),
    telling('+CPMS', 'test', [printPlain(profile, '+CPMS', ['("SM")', '("SM")', '("SM")'])]),
    telling('+CMGL', 'execute', []),
    telling('+CMGL', 'write', []),
    {
      name: '+CMGS',
      form: 'write',
      run() {
        notice(notSimulated('short messages: none is ever sent or received'));
        throw new CommandRefusal('state', 'there is no short message service');
      },
    },
  ];
}

/** The speed of the line: told, and set only to what it is. */
function speedCommands(context: ModemContext): CommandHandler[] {
  const { profile } = context;
  const set = (list: string): Record<string, never> => {
    const baudRate = Number(/^(\d{1,7})(,\d{1,3}){0,6}$/.exec(list)?.[1]);
    // 0 stands for finding out by itself (V.250 §6.2.10), which a line without bits does anyway.
    if (baudRate === 0 || baudRate === profile.baudRate) return {};
    context.notice(notSimulated('another speed of the line by command'));
    throw new CommandRefusal('parameter', 'the speed stays what it is');
  };
  const rates = '4800,9600,19200,38400,57600,115200';
  const ofIpr: CommandHandler[] = [
    { name: '+IPR', form: 'write', run: set },
    telling('+IPR', 'read', [printPlain(profile, '+IPR', [profile.baudRate])]),
    telling('+IPR', 'test', [printPlain(profile, '+IPR', [`(0,${rates})`])]),
  ];
  if (profile.chip !== 'hisilicon') return ofIpr;
  return [
    ...ofIpr,
    { name: '+NATSPEED', form: 'write', run: set },
    telling('+NATSPEED', 'read', [printPlain(profile, '+NATSPEED', [profile.baudRate, 0, 1, 0, 0])]),
    telling('+NATSPEED', 'test', [
      printPlain(profile, '+NATSPEED', [`(${rates})`, '(0-30)', '(0,1)', '(0-3)', '(1,2)', '(0-2)', '(0,1)']),
    ]),
  ];
}

/** BC95 and BC28: the servers that names are asked of, and asking them. */
function nameServerCommands(context: ModemContext): CommandHandler[] {
  const { profile, radio } = context;
  const initial = ['114.114.114.114', '8.8.8.8'];
  let servers = initial;
  return [
    {
      name: '+QIDNSCFG',
      form: 'write',
      run(list) {
        // Later firmware has a context in front.
        const match = /^(?:\d,)?"?(\d{1,3}(?:\.\d{1,3}){3})"?(?:,"?(\d{1,3}(?:\.\d{1,3}){3})"?)?$/.exec(list);
        if (match?.[1] === undefined) throw new CommandRefusal('parameter', 'one or two addresses are expected');
        servers = [match[1], match[2] ?? servers[1] ?? ''];
        return {};
      },
    },
    {
      name: '+QIDNSCFG',
      form: 'read',
      run: () => ({ lines: [`PrimaryDns:${servers[0]}`, `SecondaryDns:${servers[1]}`] }),
    },
    {
      name: '+QDNS',
      form: 'write',
      run(list) {
        const [, mode, host] = /^([0-2])(?:,"?([\w.-]{1,100})"?)?$/.exec(list) ?? [];
        if (mode === undefined) throw new CommandRefusal('parameter', 'mode and name are expected');
        // Mode 1 forgets the names that were asked for.
        if (mode === '1') return {};
        if (host === undefined) throw new CommandRefusal('parameter', 'a name is missing');
        if (!radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
        return { afterwards: () => context.say(printPlain(profile, '+QDNS', [addressOfName(host)])) };
      },
    },
  ];
}
