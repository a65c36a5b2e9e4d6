import { Buffer } from 'node:buffer';
import { startedMs } from './session.ts';
import type { Said } from './session.ts';

/** Writes a session as a tool does. */
export interface LogWriter {
  readonly tool: string;
  readonly write: (said: readonly Said[]) => string | Uint8Array;
  /** What its log tells of a line besides the line. */
  readonly tellsSpeaker: boolean;
  readonly at?: (line: Said, lines: readonly Said[]) => string | undefined;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
const date = ({ atMs }: Said): Date => new Date(startedMs + atMs);
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-01-05`, `14:03:09`, `14:03:09.867`, `14:03:09.867000`. */
const day = (line: Said): string => date(line).toISOString().slice(0, 10);
const second = (line: Said): string => date(line).toISOString().slice(11, 19);
const millisecond = (line: Said): string => date(line).toISOString().slice(11, 23);
const microsecond = (line: Said): string => `${millisecond(line)}000`;
const asctime = (line: Said, width = 2, fill = ' '): string => {
  const moment = date(line);
  const name = `${days[moment.getUTCDay()]} ${months[moment.getUTCMonth()]}`;
  return `${name} ${String(moment.getUTCDate()).padStart(width, fill)} ${second(line)} ${moment.getUTCFullYear()}`;
};
const since = ({ atMs }: Said, digits = 3): string => (atMs / 1000).toFixed(digits);
const step = (line: Said, lines: readonly Said[]): number => {
  const index = lines.indexOf(line);
  return line.atMs - (index > 0 ? (lines[index - 1] as Said).atMs : 0);
};
const counted = (seconds: number): string => new Date(seconds).toISOString().slice(11, 23);

const iso = (time: (line: Said) => string) => (line: Said) => `${day(line)}T${time(line)}`;

/** One row a line, with something before each. */
const rows =
  (before: (line: Said, lines: readonly Said[]) => string, end = '\r\n') =>
  (said: readonly Said[]): string =>
    said.map((line) => `${before(line, said)}${line.text}${end}`).join('');

/** What the line is on the wire. */
const wire = ({ from, text }: Said): string => (from === 'host' ? `${text}\r` : `\r\n${text}\r\n`);
const bytesOf = (line: Said): Buffer => Buffer.from(wire(line));
const shown = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => pad16(byte)).join(' ');
const pad16 = (byte: number): string => byte.toString(16).padStart(2, '0');
const slices = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

const socatHead = (line: Said, digits: 6 | 9): string => {
  const fraction = pad(date(line).getUTCMilliseconds() * 1000, digits);
  const arrow = line.from === 'host' ? '>' : '<';
  const { length } = bytesOf(line);
  return `${arrow} ${day(line).replaceAll('-', '/')} ${second(line)}.${fraction}  length=${length} from=0 to=${length - 1}\n`;
};
const socatText = (line: Said): string => wire(line).replaceAll('\\', '\\\\').replaceAll('\r', '\\r');
const socatRows = (line: Said): string =>
  wire(line)
    .split(/(?<=\n)/)
    .flatMap((part) => slices(Buffer.from(part), 16))
    .map((part) => ` ${hexOf(part).padEnd(49)}${shown(part)}\n`)
    .join('');

const gammuRow = (part: Uint8Array): string => {
  const cells = [...part].map((byte) => `${pad16(byte).toUpperCase()}${byte < 0x20 ? ' ' : String.fromCharCode(byte)}`);
  return `${cells.join('|').padEnd(64)}${shown(part).padEnd(16)}`;
};
const gammu =
  (stamp: (line: Said) => string) =>
  (said: readonly Said[]): string =>
    `${said.slice(0, 1).map(stamp).join('')}[Gammu            - 1.42.0]\n${said
      .flatMap((line) => {
        const { length } = bytesOf(line);
        const size = `0x${pad16(length).toUpperCase()}/${length}`;
        const verb = line.from === 'host' ? 'SENDING' : 'RECEIVED';
        return [
          ...(line.from === 'host' ? ['Getting model'] : [`1 "${line.text}"`, 'AT reply state: 1']),
          `${verb} frame type 0x00/length ${size}`,
          ...slices(bytesOf(line), 16).map(gammuRow),
        ].map((row) => `${stamp(line)}${row}\n`);
      })
      .join('')}`;

const jpnevulator =
  (options: { readonly width: number; readonly count: boolean; readonly names: boolean }) =>
  (said: readonly Said[]): string => {
    const counts = { host: 0, module: 0 };
    return said
      .map((line) => {
        const name = options.names ? ` /dev/${line.from === 'host' ? 'ttyS1' : 'ttyS2'}` : '';
        const rowsOf = slices(bytesOf(line), options.width).map((part) => {
          const offset = options.count ? `${pad16(counts[line.from]).padStart(8, '0').toUpperCase()}\t` : '';
          counts[line.from] += part.length;
          return `${offset}${hexOf(part)
            .toUpperCase()
            .padEnd(options.width * 3 - 1)}\t${shown(part)}\n`;
        });
        return `${day(line)} ${microsecond(line)}:${name}\n${rowsOf.join('')}`;
      })
      .join('');
  };

const xxd = (said: readonly Said[]): string =>
  slices(Buffer.from(said.map(wire).join('')), 16)
    .map((part, index) => {
      const pairs = slices(part, 2).map((pair) => Buffer.from(pair).toString('hex'));
      return `${pad16(index * 16).padStart(8, '0')}: ${pairs.join(' ').padEnd(41)}${shown(part)}\n`;
    })
    .join('');

const perSecond =
  (end: string) =>
  (said: readonly Said[]): string =>
    said
      .map((line, index) => {
        const isNew = index === 0 || second(line) !== second(said[index - 1] as Said);
        return `${isNew ? `[${day(line)} ${second(line)}\r\n` : ''}${line.text}${end}`;
      })
      .join('');

const screen = (said: readonly Said[]): string =>
  said
    .map((line) => {
      const moment = date(line);
      const stamp = `${months[moment.getUTCMonth()]}/${pad(moment.getUTCDate())}/26 ${second(line).replace(/^0/, ' ')}`;
      return `-- 0:modem -- time-stamp -- ${stamp} --\n${line.text}\r\n`;
    })
    .join('');

const arrow =
  (host: string, module: string) =>
  ({ from }: Said): string =>
    from === 'host' ? host : module;
const utf16 = (said: readonly Said[], isBig: boolean, mark: string): Uint8Array => {
  const text = Buffer.from(`${mark}${rows(() => '')(said)}`, 'utf16le');
  return isBig ? text.swap16() : text;
};

const headed =
  (head: (line: Said) => string) =>
  (said: readonly Said[]): string =>
    said.map((line) => `${head(line)}\n${line.text}\n\n`).join('');

const epoch = (line: Said): string => ((startedMs + line.atMs) / 1000).toFixed(6);
const gtkterm = (line: Said): string => {
  const [hour, minute, rest = ''] = millisecond(line).split(':');
  const dayNumber = Math.floor((startedMs + line.atMs) / 86_400_000);
  return `[${dayNumber}.${hour}h.${minute}m.${rest.replace('.', 's.')}] `;
};

const offsetRows = (bytes: Buffer, size: number, row: (part: Uint8Array, offset: number) => string): string =>
  slices(bytes, size)
    .map((part, index) => `${row(part, index * size)}\n`)
    .join('');
const inHex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
/** The bytes in groups: hex without blanks inside. */
const grouped = (part: Uint8Array, size: number): string =>
  slices(part, size)
    .map((group) => Buffer.from(group).toString('hex'))
    .join(' ');
const binary = (part: Uint8Array): string => [...part].map((byte) => byte.toString(2).padStart(8, '0')).join(' ');

/** Dumps of programs for files, by their switches. */
const dumpOf = {
  'xxd -g 4': (bytes: Buffer) =>
    offsetRows(bytes, 16, (part, at) => `${inHex(at, 8)}: ${grouped(part, 4).padEnd(35)}  ${shown(part)}`),
  'xxd -b': (bytes: Buffer) =>
    offsetRows(bytes, 6, (part, at) => `${inHex(at, 8)}: ${binary(part).padEnd(53)}  ${shown(part)}`),
  'xxd -p': (bytes: Buffer) => offsetRows(bytes, 30, (part) => Buffer.from(part).toString('hex')),
  Wireshark: (bytes: Buffer) =>
    offsetRows(bytes, 16, (part, at) => {
      const halves = [part.subarray(0, 8), part.subarray(8)] as const;
      const hex = `${hexOf(halves[0]).padEnd(23)}  ${hexOf(halves[1]).padEnd(23)}`;
      return `${inHex(at, 4)}   ${hex}   ${shown(halves[0])} ${shown(halves[1])}`;
    }),
  'od -A x -t x1z': (bytes: Buffer) =>
    `${offsetRows(bytes, 16, (part, at) => `${inHex(at, 6)} ${hexOf(part).padEnd(47)}  >${shown(part)}<`)}${inHex(bytes.length, 6)}\n`,
  hexdump: (bytes: Buffer) => {
    const even = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]).swap16();
    return `${offsetRows(even, 16, (part, at) => `${inHex(at, 7)} ${grouped(part, 2)}`)}${inHex(bytes.length, 7)}\n`;
  },
};

const inOctal = (value: number): string => value.toString(8).padStart(7, '0');
/** The number that bytes make on the machines of today; the last one of a file is filled up with zeros. */
const numberOf = (group: Uint8Array): bigint => group.reduceRight((number, byte) => number * 256n + BigInt(byte), 0n);
/** Dumps of od and hexdump in numbers: bytes of one, and how it stands in a row. */
const wordDumps: readonly (readonly [tool: string, size: number, cell: (group: Uint8Array) => string])[] = [
  ['od -d', 2, (group) => String(numberOf(group)).padStart(6)],
  ['od -o', 2, (group) => ` ${numberOf(group).toString(8).padStart(6, '0')}`],
  ['od -x', 2, (group) => ` ${numberOf(group).toString(16).padStart(4, '0')}`],
  ['od -t x2 --endian=big', 2, (group) => ` ${Buffer.from(group).toString('hex').padEnd(4, '0')}`],
  ['od -i', 4, (group) => String(BigInt.asIntN(32, numberOf(group))).padStart(12)],
  ['od -t x4', 4, (group) => ` ${numberOf(group).toString(16).padStart(8, '0')}`],
  ['od -l', 8, (group) => String(BigInt.asIntN(64, numberOf(group))).padStart(21)],
  ['od -t o8', 8, (group) => ` ${numberOf(group).toString(8).padStart(22, '0')}`],
  ['od -t u1', 1, (group) => String(numberOf(group)).padStart(4)],
];

const octal = (byte: number): string => byte.toString(8).padStart(3, '0');
const odName = (byte: number): string => {
  if (byte === 0x0d) return '\\r';
  if (byte === 0x0a) return '\\n';
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : octal(byte);
};
const slsnifName = (byte: number): string => ({ 13: '\\r', 10: '\\n' })[byte] ?? String.fromCharCode(byte);

/** Every way of writing that is known, with the switches that change it. */
export const writers: readonly LogWriter[] = [
  { tool: 'a plain capture', write: rows(() => ''), tellsSpeaker: false },
  { tool: 'a capture of Unix', write: rows(() => '', '\n'), tellsSpeaker: false },
  { tool: 'a capture with carriage returns alone', write: rows(() => '', '\r'), tellsSpeaker: false },
  {
    tool: 'minicom, simple',
    write: rows((line) => `[${day(line)} ${second(line)}] `, '\n'),
    tellsSpeaker: false,
    at: iso(second),
  },
  {
    tool: 'minicom, extended',
    write: rows((line) => `[${day(line)} ${millisecond(line)}] `, '\n'),
    tellsSpeaker: false,
    at: iso(millisecond),
  },
  { tool: 'minicom, a stamp per second', write: perSecond('\n'), tellsSpeaker: false, at: iso(second) },
  {
    tool: 'minicom, delta',
    write: rows((line, lines) => `[${(step(line, lines) / 1000).toFixed(3)}] `, '\n'),
    tellsSpeaker: false,
    at: (line) => since(line),
  },
  {
    tool: 'grabserial -t',
    write: rows((line, lines) => `[${since(line, 6)} ${(step(line, lines) / 1000).toFixed(6)}] `, '\n'),
    tellsSpeaker: false,
    at: (line) => since(line, 6),
  },
  {
    tool: 'grabserial -t -n',
    write: rows((line) => `[${since(line, 6)}] `, '\n'),
    tellsSpeaker: false,
    at: (line) => since(line, 6),
  },
  {
    tool: 'grabserial -T',
    write: rows((line) => `[${microsecond(line)} 0.000395] `, '\n'),
    tellsSpeaker: false,
    at: microsecond,
  },
  {
    tool: 'grabserial -T -F %Y-%m-%d',
    write: rows((line) => `[${day(line)} ${microsecond(line)} 0.000225] `, '\n'),
    tellsSpeaker: false,
    at: iso(microsecond),
  },
  {
    tool: 'grabserial -T -F of a person’s own',
    write: rows((line) => `[at ${second(line).replaceAll(':', 'h')} 0.000225] `, '\n'),
    tellsSpeaker: false,
  },
  { tool: 'gtkterm', write: rows(gtkterm), tellsSpeaker: false, at: (line) => `${day(line)}T${millisecond(line)}Z` },
  { tool: 'conserver 1l', write: rows((line) => `[${asctime(line)}]`), tellsSpeaker: false, at: iso(second) },
  { tool: 'screen, logtstamp', write: screen, tellsSpeaker: false, at: iso(second) },
  {
    tool: 'PuTTY',
    write: (said) => `=~=~=~=~= PuTTY log 2026.01.05 14:03:09 =~=~=~=~=\r\n${rows(() => '')(said)}`,
    tellsSpeaker: false,
  },
  {
    tool: 'ts',
    write: rows((line) => `Jan 05 ${second(line)} `),
    tellsSpeaker: false,
    at: (line) => `--01-05T${second(line)}`,
  },
  { tool: 'ts -i', write: rows((line, lines) => `${counted(step(line, lines)).slice(0, 8)} `), tellsSpeaker: false },
  {
    tool: 'ts -s %.T',
    write: rows((line) => `${counted(line.atMs)} `),
    tellsSpeaker: false,
    at: (line) => since(line),
  },
  {
    tool: 'ts -i %.s',
    write: rows((line, lines) => `${(step(line, lines) / 1000).toFixed(6)} `),
    tellsSpeaker: false,
    at: (line) => since(line, 6),
  },
  {
    tool: 'ts %.s',
    write: rows((line) => `${epoch(line)} `),
    tellsSpeaker: false,
    at: (line) => `${day(line)}T${microsecond(line)}Z`,
  },
  { tool: 'ts %.T', write: rows((line) => `${microsecond(line)} `), tellsSpeaker: false, at: microsecond },
  {
    tool: 'ts %FT%.T%z',
    write: rows((line) => `${day(line)}T${microsecond(line)}+0800 `),
    tellsSpeaker: false,
    at: (line) => `${day(line)}T${microsecond(line)}+08:00`,
  },
  { tool: 'tio, 24hour', write: rows((line) => `[${millisecond(line)}] `), tellsSpeaker: false, at: millisecond },
  {
    tool: 'tio, 24hour-start',
    write: rows((line) => `[${counted(line.atMs)}] `),
    tellsSpeaker: false,
    at: (line) => since(line),
  },
  {
    tool: 'tio, 24hour-delta',
    write: rows((line, lines) => `[${counted(step(line, lines))}] `),
    tellsSpeaker: false,
    at: (line) => since(line),
  },
  {
    tool: 'tio, iso8601',
    write: rows((line) => `[${day(line)}T${millisecond(line)}] `),
    tellsSpeaker: false,
    at: iso(millisecond),
  },
  {
    tool: 'socat 1.7 -v',
    write: (said) => said.map((line) => `${socatHead(line, 9)}${socatText(line)}`).join(''),
    tellsSpeaker: true,
    at: iso(microsecond),
  },
  {
    tool: 'socat 1.8 -v',
    write: (said) => said.map((line) => `${socatHead(line, 6)}${socatText(line)}`).join(''),
    tellsSpeaker: true,
    at: iso(microsecond),
  },
  {
    tool: 'socat -x',
    write: (said) => said.map((line) => `${socatHead(line, 9)} ${hexOf(bytesOf(line))}\n`).join(''),
    tellsSpeaker: true,
    at: iso(microsecond),
  },
  {
    tool: 'socat -x -v',
    write: (said) => said.map((line) => `${socatHead(line, 9)}${socatRows(line)}--\n`).join(''),
    tellsSpeaker: true,
    at: iso(microsecond),
  },
  {
    tool: 'socat -v, the module at the other end',
    write: (said) =>
      said
        .map((line) => `${socatHead(line, 9).replace(/^[<>]/, (sign) => (sign === '<' ? '>' : '<'))}${socatText(line)}`)
        .join(''),
    tellsSpeaker: true,
    at: iso(microsecond),
  },
  {
    tool: 'jpnevulator -g -a',
    write: jpnevulator({ width: 16, count: false, names: false }),
    tellsSpeaker: false,
    at: iso(microsecond),
  },
  {
    tool: 'jpnevulator -g -a -b, two ports',
    write: jpnevulator({ width: 16, count: true, names: true }),
    tellsSpeaker: true,
    at: iso(microsecond),
  },
  {
    tool: 'jpnevulator -g -a -i 7',
    write: jpnevulator({ width: 7, count: false, names: false }),
    tellsSpeaker: false,
    at: iso(microsecond),
  },
  {
    tool: 'jpnevulator, bytes alone',
    write: (said) =>
      slices(Buffer.from(said.map(wire).join('')), 16)
        .map((part) => hexOf(part).toUpperCase())
        .join('\n'),
    tellsSpeaker: false,
  },
  { tool: 'xxd', write: xxd, tellsSpeaker: false },
  { tool: 'gammu, textall', write: gammu(() => ''), tellsSpeaker: true },
  {
    tool: 'gammu, textalldate',
    write: gammu((line) => `${days[date(line).getUTCDay()]} ${day(line).replaceAll('-', '/')} ${second(line)}: `),
    tellsSpeaker: true,
    at: iso(second),
  },
  { tool: 'Tera Term, UTF-16', write: (said) => utf16(said, false, '\ufeff'), tellsSpeaker: false },
  { tool: 'UTF-16, the other order', write: (said) => utf16(said, true, '\ufeff'), tellsSpeaker: false },
  { tool: 'UTF-16 without a mark', write: (said) => utf16(said, false, ''), tellsSpeaker: false },
  { tool: 'UTF-8 with a byte order mark', write: (said) => `\ufeff${rows(() => '')(said)}`, tellsSpeaker: false },
  {
    tool: 'Tera Term, stamps',
    write: rows((line) => `[${asctime(line, 2, '0').replace(second(line), millisecond(line))}] `),
    tellsSpeaker: false,
    at: iso(millisecond),
  },
  {
    tool: 'Tera Term, elapsed',
    write: rows((line) => `[0 ${counted(line.atMs)}] `),
    tellsSpeaker: false,
    at: (line) => since(line),
  },
  {
    tool: 'Docklight',
    write: (said) =>
      said
        .map(
          (line) => `05.01.2026 ${millisecond(line)} [${line.from === 'host' ? 'TX' : 'RX'}] - ${line.text}<CR><LF>\n`,
        )
        .join(''),
    tellsSpeaker: true,
    at: iso(millisecond),
  },
  {
    tool: 'a terminal that writes \\r\\n out',
    write: (said) => said.map((line) => `${arrow('TX: ', 'RX: ')(line)}${line.text}\\r\\n\n`).join(''),
    tellsSpeaker: true,
  },
  {
    tool: 'SSCOM',
    write: rows((line) => `[${millisecond(line)}]${arrow('发→◇', '收←◆')(line)}`),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    tool: 'SSCOM, heads of their own',
    write: headed((line) => `>[${arrow('Tx ->', 'Rx <-')(line)}][${millisecond(line).replace('.', ':')}][Asc]`),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    // As logs in public repositories have it: what is sent and received stands there with its own line ends.
    tool: 'SSCOM 5, as the bytes come',
    write: (said) =>
      said
        .map((line) => {
          const mark = `[${millisecond(line)}]${arrow('发→◇', '收←◆')(line)}`;
          return line.from === 'host' ? `${mark}${line.text}\r\n□\r\n` : `${mark}\r\n${line.text}\r\n\r\n`;
        })
        .join(''),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    tool: 'UartAssist 5',
    write: headed((line) => {
      const [verb, sign] = line.from === 'host' ? ['SEND', '>>>'] : ['RECV', '<<<'];
      return `[${day(line)} ${millisecond(line)}]# ${verb} ASCII/${line.text.length + 2} ${sign}`;
    }),
    tellsSpeaker: true,
    at: iso(millisecond),
  },
  {
    tool: 'NetAssist, with the peer',
    write: headed(
      (line) =>
        `[${day(line)} ${millisecond(line)}]# ${arrow('SEND ASCII TO', 'RECV ASCII FROM')(line)} 192.168.2.4 :9023>`,
    ),
    tellsSpeaker: true,
    at: iso(millisecond),
  },
  {
    tool: 'UartAssist 5, in hex',
    write: (said) =>
      said
        .map((line) => {
          const [verb, sign] = line.from === 'host' ? ['SEND', '>>>'] : ['RECV', '<<<'];
          const bytes = bytesOf(line);
          return `[${day(line)} ${millisecond(line)}]# ${verb} HEX/${bytes.length} ${sign}\n${hexOf(bytes).toUpperCase()} \n\n`;
        })
        .join(''),
    tellsSpeaker: true,
    at: iso(millisecond),
  },
  {
    tool: 'a network assistant',
    write: headed((line) => `[${day(line)} ${millisecond(line)}]# ${arrow('SEND', 'RECV')(line)} ASCII>`),
    tellsSpeaker: true,
    at: iso(millisecond),
  },
  {
    tool: 'a terminal in hex',
    write: (said) =>
      said
        .map((line) => `[${millisecond(line)}] ${arrow('TX: ', 'RX: ')(line)}${hexOf(bytesOf(line)).toUpperCase()}\n`)
        .join(''),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    tool: 'XCOM',
    write: rows((line) => `[${day(line)} ${millisecond(line)}] `),
    tellsSpeaker: false,
    at: iso(millisecond),
  },
  {
    tool: 'QCOM',
    write: rows((line) => `[${day(line)}_${millisecond(line).replace('.', ':')}]`),
    tellsSpeaker: false,
    at: iso(millisecond),
  },
  {
    tool: 'ser2net, trace-both with hexdump and timestamp',
    write: (said) =>
      `2026/01/05 14:03:08 OPEN (ipv4,127.0.0.1,37988)\n${said
        .flatMap((line) =>
          slices(bytesOf(line), 8).map(
            (part) =>
              `${day(line).replaceAll('-', '/')} ${second(line)} ${arrow('tcp ', 'term')(line)} ${hexOf(part).padEnd(24)} |${shown(part)}|\n`,
          ),
        )
        .join('')}2026/01/05 14:59:08 CLOSE netcon1\n`,
    tellsSpeaker: true,
    at: iso(second),
  },
  {
    tool: 'Docklight, bytes as they come',
    write: (said) =>
      `Docklight Log File (ASCII) - started 2026-01-05 14:03:08\n\n${said
        .map(
          (line) =>
            `2026-01-05 ${millisecond(line)} [${line.from === 'host' ? 'TX' : 'RX'}] - ${wire(line).replaceAll('\r', '<CR>').replaceAll('\n', '<LF>')}\n\n`,
        )
        .join('')}`,
    tellsSpeaker: true,
    at: (line) => `2026-01-05T${millisecond(line)}`,
  },
  {
    tool: 'Docklight in decimal',
    write: (said) =>
      said
        .map((line) => {
          const bytes = [...bytesOf(line)].map((byte) => pad(byte, 3)).join(' ');
          return `05.01.2026 ${millisecond(line)} ${arrow('[TX]', '[RX]')(line)} - ${bytes}\r\n`;
        })
        .join(''),
    tellsSpeaker: true,
    at: (line) => `2026-01-05T${millisecond(line)}`,
  },
  {
    tool: 'a terminal in hex without blanks',
    write: (said) =>
      said
        .map((line) => `${millisecond(line)} ${arrow('TX: ', 'RX: ')(line)}${bytesOf(line).toString('hex')}\n`)
        .join(''),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    tool: 'a terminal in hex with colons',
    write: (said) =>
      said
        .map(
          (line) => `${millisecond(line)} ${arrow('TX: ', 'RX: ')(line)}${hexOf(bytesOf(line)).replaceAll(' ', ':')}\n`,
        )
        .join(''),
    tellsSpeaker: true,
    at: millisecond,
  },
  { tool: 'words and blanks', write: rows(arrow('TX ', 'RX ')), tellsSpeaker: true },
  {
    tool: 'words between tabs',
    write: rows((line) => `${day(line)} ${millisecond(line)}\t${arrow('TX', 'RX')(line)}\t`),
    tellsSpeaker: true,
    at: iso(millisecond),
  },
  {
    tool: 'the full-width brackets of Chinese tools',
    write: rows((line) => `【${millisecond(line)}】${arrow('发送：', '接收：')(line)}`),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    tool: 'YAT',
    write: (said) =>
      said.map((line) => `(${millisecond(line)}) ${arrow('(<<)', '(>>)')(line)} ${line.text}<CR><LF>\n`).join(''),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    tool: 'a program that logs what it writes and reads',
    write: rows((line) => `${day(line)} ${millisecond(line).replace('.', ',')} - DEBUG - ${arrow('>> ', '<< ')(line)}`),
    tellsSpeaker: true,
    at: iso(millisecond),
  },
  {
    tool: 'Python, bytes in quotes',
    write: (said) =>
      said
        .map(
          (line) => `${arrow('TX: ', 'RX: ')(line)}b'${wire(line).replaceAll('\r', '\\r').replaceAll('\n', '\\n')}'\n`,
        )
        .join(''),
    tellsSpeaker: true,
  },
  {
    tool: 'ModemManager',
    write: (said) =>
      said
        .map(
          (line) =>
            `ModemManager[12]: <debug> [${epoch(line)}] [ttyUSB0/at] ${arrow('-->', '<--')(line)} '${wire(line).replaceAll('\r', '<CR>').replaceAll('\n', '<LF>')}'\n`,
        )
        .join(''),
    tellsSpeaker: true,
    at: (line) => `${day(line)}T${microsecond(line)}Z`,
  },
  {
    tool: 'Nordic’s LTE Link Monitor, with words of its own',
    write: (said) =>
      said
        .map((line, index) => {
          const stamp = `${day(line)}T${millisecond(line)}Z`;
          const own = index % 3 === 0 ? `${stamp} INFO Modem port is opened\n` : '';
          return `${own}${stamp} DEBUG modem ${arrow('>> ', '<< ')(line)}${line.text}\n`;
        })
        .join(''),
    tellsSpeaker: true,
    at: (line) => `${day(line)}T${millisecond(line)}Z`,
  },
  {
    tool: 'Particle, text as C writes it',
    write: (said) =>
      said
        .map((line) => {
          const text = wire(line).replaceAll('"', '\\"').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
          return `${since(line)} ${arrow('AT send', 'AT read OK')(line)} ${wire(line).length} "${text}"\n`;
        })
        .join(''),
    tellsSpeaker: true,
    at: (line) => since(line),
  },
  {
    tool: 'USR’s assistant',
    write: (said) =>
      `>[Success][14:03:08:705]\r\nCOM14 (9600,None,_8,_1,148) Opend \r\n${said
        .map((line) => {
          const stamp = `[${millisecond(line).replace('.', ':')}]`;
          const own = line.from === 'host' ? `>[Success]${stamp}\r\nSuccess--[${line.text}]\r\n` : '';
          return `>${arrow('[Tx ->]', '[Rx <-]')(line)}${stamp}[Asc]\r\n${wire(line)}\r\n${own}`;
        })
        .join('')}`,
    tellsSpeaker: true,
    at: millisecond,
  },
  { tool: 'a driver’s trace', write: rows(arrow('[BC95 SEND] ', '[BC95 RECV] ')), tellsSpeaker: true },
  { tool: 'a trace with a sign', write: rows(arrow('[#Send] ', '[#Recv] ')), tellsSpeaker: true },
  { tool: 'names in brackets', write: rows(arrow('[Board] ', '[Modem] ')), tellsSpeaker: true },
  {
    tool: 'Android’s radio layer',
    write: rows((line) => `01-05 ${millisecond(line)}  1234  1250 D RILC    : ${arrow('AT> ', 'AT< ')(line)}`, '\n'),
    tellsSpeaker: true,
    at: millisecond,
  },
  {
    tool: 'a terminal with colours',
    write: (said) => said.map((line) => `\u001b[32m[${millisecond(line)}]\u001b[0m ${line.text}\u001b[K\r\n`).join(''),
    tellsSpeaker: false,
    at: millisecond,
  },
  {
    tool: 'ts %c, with the name of a zone',
    write: rows((line) => `Mon 05 Jan 2026 ${second(line)} CST `),
    tellsSpeaker: false,
    at: (line) => `2026-01-05T${second(line)}`,
  },
  {
    tool: 'RealTerm, seconds and a comma',
    write: rows((line) => `${epoch(line)},`),
    tellsSpeaker: false,
    at: (line) => `${day(line)}T${microsecond(line)}Z`,
  },
  ...(['xxd -g 4', 'xxd -b', 'xxd -p', 'Wireshark', 'od -A x -t x1z', 'hexdump'] as const).map((tool) => ({
    tool,
    write: (said: readonly Said[]) => dumpOf[tool](Buffer.from(said.map(wire).join(''))),
    tellsSpeaker: false,
  })),
  {
    tool: 'strace -tt -xx',
    write: (said) =>
      said
        .map((line) => {
          const bytes = bytesOf(line);
          const text = [...bytes].map((byte) => `\\x${pad16(byte)}`).join('');
          const [verb, size] = line.from === 'host' ? ['write', bytes.length] : ['read', 255];
          return `${microsecond(line)} ${verb}(3</dev/ttyUSB0>, "${text}", ${size}) = ${bytes.length}\n`;
        })
        .join(''),
    tellsSpeaker: true,
    at: microsecond,
  },
  {
    tool: 'chat -v',
    write: (said) =>
      said
        .map((line) => {
          const text = line.from === 'host' ? `send (${line.text}^M)` : `${line.text}^M`;
          return `${asctime(line).slice(4, 19)} gateway chat[12]: ${text}\n`;
        })
        .concat('Jan  5 15:00:00 gateway chat[12]: send (AT^M)\nJan  5 15:00:00 gateway chat[12]: expect (OK)\n')
        .slice(0, -1)
        .concat('Jan  5 15:00:00 gateway chat[12]: expect (OK)\nJan  5 15:00:00 gateway chat[12]: send (??????)\n')
        .join(''),
    tellsSpeaker: true,
    at: (line) => `--01-05T${second(line)}`,
  },
  {
    tool: 'slsnif',
    write: (said) =>
      `Opened pty: /dev/pts/3\n${said
        .map((line) => {
          const cells = [...bytesOf(line)].map((byte) => `${slsnifName(byte)}(${pad(byte, 3)})`);
          return `${arrow('Host   --> ', 'Device --> ')(line)}${cells.join(' ')}\n`;
        })
        .join('')}`,
    tellsSpeaker: true,
  },
  ...([2, 3] as const).map((version) => ({
    tool: `asciinema, version ${version}`,
    write: (said: readonly Said[]) =>
      `{"version": ${version}, "width": 80, "height": 24}\n${said
        .map((line) => JSON.stringify([(version === 2 ? line.atMs : step(line, said)) / 1000, 'o', `${line.text}\r\n`]))
        .join('\n')}\n`,
    tellsSpeaker: false,
    at: (line: Said) => String(line.atMs / 1000),
  })),
  ...([undefined, 2] as const).map((indent) => ({
    tool: `asciinema, version 1, ${indent === undefined ? 'in one row' : 'in many'}`,
    write: (said: readonly Said[]) =>
      JSON.stringify(
        {
          version: 1,
          width: 80,
          height: 24,
          duration: 1.5,
          command: '/bin/sh',
          title: '',
          env: { TERM: 'xterm-256color' },
          stdout: said.map((line) => [step(line, said) / 1000, `${line.text}\r\n`]),
        },
        undefined,
        indent,
      ),
    tellsSpeaker: false,
    at: (line: Said) => String(line.atMs / 1000),
  })),
  ...wordDumps.map(([tool, size, cell]) => ({
    tool,
    write: (said: readonly Said[]) => {
      const bytes = Buffer.from(said.map(wire).join(''));
      return `${offsetRows(bytes, 16, (part, at) => `${inOctal(at)}${slices(part, size).map(cell).join('')}`)}${inOctal(bytes.length)}\n`;
    },
    tellsSpeaker: false,
  })),
  {
    tool: 'xxd -e',
    write: (said) =>
      offsetRows(Buffer.from(said.map(wire).join('')), 16, (part, at) => {
        const groups = slices(part, 4).map((group) => Buffer.from(group).reverse().toString('hex').padStart(8));
        return `${inHex(at, 8)}: ${groups.join(' ').padEnd(35)}  ${shown(part)}`;
      }),
    tellsSpeaker: false,
  },
  ...(['od -c', 'od -b'] as const).map((tool) => ({
    tool,
    write: (said: readonly Said[]) => {
      const bytes = Buffer.from(said.map(wire).join(''));
      const cell = (byte: number): string => (tool === 'od -b' ? octal(byte) : odName(byte)).padStart(4);
      return `${offsetRows(bytes, 16, (part, at) => `${at.toString(8).padStart(7, '0')}${[...part].map(cell).join('')}`)}${bytes.length.toString(8).padStart(7, '0')}\n`;
    },
    tellsSpeaker: false,
  })),
  { tool: 'words without signs', write: rows(arrow('send data:', 'recv data:')), tellsSpeaker: true },
  { tool: 'a person’s arrows', write: rows(arrow('--> ', '<-- ')), tellsSpeaker: true },
];
