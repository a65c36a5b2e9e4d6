import { decodeLine, parseCommand } from '../../../main/mipl/decode.ts';
import type { LogEntry, LogKind } from '../../../shared/log.ts';
import { moment } from './sampleState.ts';

/** Lines of a session as main would hand them over. */
class LogWriter {
  #seq = 0;
  #exchange = 0;
  #pending: ReturnType<typeof parseCommand>;
  readonly entries: LogEntry[] = [];

  add(kind: LogKind, text: string, atMs: number): LogEntry {
    const isCommand = kind === 'engine' || kind === 'person';
    if (isCommand) {
      this.#exchange += 1;
      this.#pending = parseCommand(text);
    }
    const decoded = kind === 'note' ? undefined : decodeLine(text, kind === 'answer' ? this.#pending?.spec : undefined);
    const params = decoded?.params;
    const number = (name: string): number | undefined =>
      typeof params?.[name] === 'number' ? params[name] : undefined;
    const parts = [number('objectId'), number('instanceId'), number('resourceId')];
    const end = parts.findIndex((part) => part === undefined || part < 0);
    const path = parts[0] === undefined ? undefined : `/${(end < 0 ? parts : parts.slice(0, end)).join('/')}`;
    const msgId = number('msgId');
    const isBad = !isCommand && (decoded?.kind === 'unknown' || (decoded?.kind === 'final' && decoded.name !== 'OK'));
    const entry: LogEntry = {
      seq: ++this.#seq,
      atMs,
      kind,
      text,
      ...(isCommand || kind === 'answer' ? { exchange: this.#exchange } : {}),
      ...(decoded === undefined ? {} : { decoded }),
      ...(msgId === undefined ? {} : { msgId }),
      ...(path === undefined ? {} : { path }),
      ...(isBad ? { problem: true } : {}),
    };
    this.entries.push(entry);
    return entry;
  }
}

const kinds: Readonly<Record<string, LogKind>> = {
  '<': 'unasked',
  '=': 'answer',
  '>': 'engine',
  '!': 'person',
  '#': 'note',
};

/** Milliseconds since the line before, class, line. */
const session = `
0 # connected to /dev/ttyUSB0 at 9600 8N1
12 > AT
60 = OK
20 > AT+CGSN=1
180 = +CGSN:869976030050010
2 = OK
20 > AT+CEREG?
190 = +CEREG:1,1,19E6,94,9
2 = OK
20 > AT+MIPLCREATE
310 = +MIPLCREATE:0
3 = OK
20 > AT+MIPLADDOBJ=0,3303,2,"11",6,1
290 = OK
20 > AT+MIPLOPEN=0,3600,30
300 = OK
900 < +MIPLEVENT:0,1
2600 < +MIPLEVENT:0,2
3400 < +MIPLEVENT:0,6
2 < +MIPLOBSERVE:0,130839,1,3303,0,-1
4 > AT+MIPLOBSERVERSP=0,130839,1
290 = OK
9000 < +MIPLEXECUTE:0,64431,3303,0,5605,5,"reset"
4 > AT+MIPLEXECUTERSP=0,64431,2
296 = OK
342 < +MIPLPARAMETER:0,64432,3303,0,5700,37,"pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0"
3 > AT+MIPLPARAMETERRSP=0,64432,2
305 = OK
181 ! AT+MIPLNOTIFY=0,130839,3303,0,5601,4,4,10.123,0,0,77
310 = OK
911 < +MIPLEVENT:0,26,77
1200 ! AT+MIPLUPDATE=0,3600,9
280 = +CIS ERROR:601
700 < +WEIRD:\u001b[31m<script>alert(1)</script>\u0000
2407 < +MIPLREAD:0,64441,3303,-1,-1
3 > AT+MIPLREADRSP=0,64441,1,3303,0,5700,4,4,20.123,11,0
298 = OK
1 > AT+MIPLREADRSP=0,64441,1,3303,0,5701,1,3,"Cel",10,0
291 = OK
1 > AT+MIPLREADRSP=0,64441,1,3303,0,5601,4,4,10.123,9,0
`;

/** The log of the session in the pictures. */
export function sessionLog(): LogWriter {
  const writer = new LogWriter();
  const lines = session
    .trim()
    .split('\n')
    .map((line) =>
      /^(\d+) (.) (.*)$/.exec(
        line.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
      ),
    );
  const total = lines.reduce((sum, line) => sum + Number(line?.[1] ?? 0), 0);
  let atMs = moment - total;
  for (const line of lines) {
    if (line === null) continue;
    atMs += Number(line[1]);
    writer.add(kinds[line[2] ?? ''] ?? 'note', line[3] ?? '', atMs);
  }
  return writer;
}
