import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfC, bytesOfCarets } from '../../main/capture/escapedText.ts';
import { DecodedLog } from '../../main/capture/decodedLog.ts';

describe('bytes written out', () => {
  it('by C come back: names, hex, octal, and what is only quoted', () => {
    expect([...bytesOfC(String.raw`A\r\n\t\x0dB\15\0\"\\\e\q温`)]).toEqual([
      65,
      13,
      10,
      9,
      13,
      66,
      13,
      0,
      34,
      92,
      27,
      113,
      ...Buffer.from('温'),
    ]);
    expect([...bytesOfC('A\\')]).toEqual([65, 92]);
  });

  it('by strace -xx come back whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
        expect([...bytesOfC(text)]).toEqual([...bytes]);
      }),
    );
  });

  it('by cat -v and chat come back', () => {
    expect([...bytesOfCarets('AT^M^J^@^?M-fM-8M-)M-^A~')]).toEqual([
      65, 84, 13, 10, 0, 127, 0xe6, 0xb8, 0xa9, 0x81, 126,
    ]);
    expect([...bytesOfCarets('温^')]).toEqual([...Buffer.from('温^')]);
  });
});

/** Lines of the wire in a log, with who said them. */
function linesOf(...rows: readonly string[]): string[] {
  const log = new DecodedLog();
  const decoded = [...log.push(Buffer.from(`${rows.join('\n')}\n`)), ...log.end()];
  return decoded
    .filter(({ kind }) => kind !== 'mark')
    .map(({ raw, text = raw.trim(), from = '?' }) => `${from} ${text}`);
}

describe('strace', () => {
  const elf = 'read(3, "\\x7f\\x45\\x4c\\x46\\x02"..., 832) = 832';

  it('is known also where most calls are others', () => {
    expect(
      linesOf(
        ...Array.from({ length: 12 }, () => 'ioctl(5, TIOCMGET, [TIOCM_DTR|TIOCM_RTS]) = 0'),
        'write(5, "AT+CSQ\\r", 7)                  = 7',
        'read(5, "\\r\\n+CSQ:20,99\\r\\n", 255)     = 14',
      ),
    ).toEqual(['host AT+CSQ', 'module +CSQ:20,99']);
  });

  it('-y names files and connections, -xx in hex as well', () => {
    const hex = (text: string): string => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16)}`).join('');
    expect(
      linesOf(
        `write(5<${hex('/dev/ttyUSB0')}>, "${hex('AT+CSQ')}\\x0d", 7) = 7`,
        `read(5<${hex('/dev/ttyUSB0')}>, "\\x0d\\x0a${hex('+CSQ:20,99')}\\x0d\\x0a", 255) = 14`,
        `read(3<${hex(`/usr/lib/${'x'.repeat(80)}`)}>, "\\x0d\\x0a${hex('OK')}\\x0d\\x0a", 255) = 6`,
      ),
    ).toEqual(['host AT+CSQ', 'module +CSQ:20,99']);
    expect(
      linesOf(
        'write(5<TCP:[127.0.0.1:52100->127.0.0.1:7391]>, "AT+CSQ\\r\\n", 8) = 8',
        'read(5<TCP:[127.0.0.1:52100->127.0.0.1:7391]>, "\\r\\n+CSQ:20,99\\r\\n", 8192) = 14',
        'write(1<pipe:[4711]>, "+CSQ:20,99\\r\\n", 12) = 12',
      ),
    ).toEqual(['host AT+CSQ', 'module +CSQ:20,99']);
  });

  it('shows other files, too: they are no lines, whatever their number was before', () => {
    expect(
      linesOf(
        'openat(AT_FDCWD, "/lib/libc.so.6", O_RDONLY) = 3',
        elf,
        'read(3, "\\r\\nRDY\\r\\n", 255) = 7',
        'write(3, "AT+CSQ\\r", 7) = 7',
        'read(4, "AT+CGMM\\nOK\\n", 4096) = 11',
        'read(3, "\\r\\n+CSQ:20,99\\r\\n\\r\\nOK\\r\\n", 255) = 20',
        'write(1, "AT+CSQ\\r\\n", 8) = 8',
        'write(1, "+CSQ:20,99\\n", 11) = 11',
      ),
    ).toEqual(['module RDY', 'host AT+CSQ', 'module +CSQ:20,99', 'module OK']);
  });

  it('shows programs that write a letter at a time, and have the port for input and output', () => {
    const letters = [...'AT+CSQ'].map((letter) => `write(1, "${letter}", 1) = 1`);
    expect(
      linesOf(
        ...letters,
        'write(1, "\\r", 1) = 1',
        'read(0, "\\r", 1) = 1',
        'read(0, "\\n", 1) = 1',
        'read(0, "OK\\r\\n", 8) = 4',
      ),
    ).toEqual(['host AT+CSQ', 'module OK']);
    expect(linesOf('write(1, "A", 1) = 1', 'read(5, "x", 1) = 1', 'write(1, "B", 1) = 1')).toEqual([]);
  });

  it('shows a read that another thread came between', () => {
    expect(
      linesOf(
        '[pid    12] 14:03:09.867193 write(3, "AT\\r", 3) = 3',
        '[pid    13] 14:03:09.867200 read(3,  <unfinished ...>',
        '[pid    12] 14:03:09.867300 write(1, "waiting\\n", 8) = 8',
        '[pid    13] 14:03:09.878000 <... read resumed>"\\r\\nOK\\r\\n", 255) = 6',
        '[pid    14] 14:03:09.878000 <... read resumed>"nothing", 255) = 7',
        '[pid    12] 14:03:09.878100 +++ exited with 0 +++',
      ),
    ).toEqual(['host AT', 'module OK']);
  });

  it('-r tells the time since the row before, also of rows that are not of the port', () => {
    const log = new DecodedLog();
    const rows = [
      '     0.000000 write(3, "AT\\r", 3) = 3',
      '     0.250000 read(4, "x", 1) = 1',
      '     0.500000 read(3, "\\r\\nOK\\r\\n", 255) = 6',
      '     0.125000 write(3, "ATI\\r", 4) = 4',
    ];
    const decoded = [...log.push(Buffer.from(`${rows.join('\n')}\n`)), ...log.end()];
    expect(decoded.filter(({ kind }) => kind !== 'mark').map(({ at }) => at)).toEqual([
      '0.000000',
      '0.750000',
      '0.875000',
    ]);
  });

  it('with paths shows the port by its name', () => {
    expect(
      linesOf(
        'read(3</etc/passwd>, "\\r\\nOK\\r\\n", 255) = 6',
        'read(5</dev/ttyUSB0>, "\\r\\nRDY\\r\\n", 255) = 7',
        'read(5</dev/ttyUSB0>, "", 255) = 0',
        'write(1</dev/pts/0>, "RDY\\n", 4) = 4',
      ),
    ).toEqual(['module RDY']);
  });
});

describe('wvdial', () => {
  it('says what it sends; what it says else is no line, and the echo and the answers are the modem’s', () => {
    expect(
      linesOf(
        '--> WvDial: Internet dialer version 1.61',
        '--> Initializing modem.',
        '--> Sending: AT+CSQ',
        'AT+CSQ',
        '+CSQ:20,99',
        'OK',
        '--> Modem initialized.',
      ),
    ).toEqual(['host AT+CSQ', '? AT+CSQ', '? +CSQ:20,99', '? OK']);
  });
});

describe('wvdialconf', () => {
  it('says command and answer in one row', () => {
    expect(
      linesOf(
        "Editing `/etc/wvdial.conf'.",
        'Scanning your serial ports for a modem.',
        'Modem Port Scan<*1>: S0   S1   S2   S3',
        'ttyUSB0<*1>: ATQ0 V1 E1 -- failed with 2400 baud, next try: 9600 baud',
        'ttyUSB0<*1>: ATQ0 V1 E1 -- OK',
        'ttyUSB0<*1>: Modem Identifier: ATI -- M5310',
        'ttyUSB0<*1>: Speed 4800: AT --',
        'ttyUSB0<*1>: Max speed is 9600; that should be safe.',
        'Found a modem on /dev/ttyUSB0.',
      ),
    ).toEqual(['host ATQ0 V1 E1', 'host ATQ0 V1 E1', 'module OK', 'host ATI', 'module M5310']);
  });
});

describe('asciinema', () => {
  it('shows the terminal: colours, what was typed and rows that are no events are no lines', () => {
    expect(
      linesOf(
        '{"version": 2, "width": 80, "height": 24, "env": {"TERM": "xterm"}}',
        '[0.1, "o", "\\u001b[32mOK\\u001b[0m\\r\\n"]',
        '[0.2, "i", "AT\\r"]',
        '[0.3, "o"]',
        '[0.4, "o", ',
        'OK',
      ),
    ).toEqual(['? OK']);
  });
});

describe('serial monitors of VS Code', () => {
  it('tell in marks what was sent, also in hex', () => {
    expect(
      linesOf(
        '---- Opened the serial port COM5 ----',
        '---- Sent utf8 encoded message: "AT+CGMM\\r\\n" ----',
        '14:03:09:040 -> M5310',
        '14:03:09:045 -> OK',
        '---- Sent hex encoded message: "41 54 0D 0A" ----',
        '14:03:10:250 -> OK',
        '---- Sent hex encoded message: "AT" ----',
        '14:03:11:250 -> OK',
      ),
    ).toEqual(['host AT+CGMM', 'module M5310', 'module OK', 'host AT', 'module OK', 'host AT', 'module OK']);
  });

  it('say themselves that the port was opened and closed', () => {
    expect(
      linesOf(
        '[Starting] Opening the serial port - /dev/cu.usbmodemFA131',
        '17:13:18.016370 -> +CSQ:21,99',
        '17:13:19.019009 -> OK',
        '[Done] Closed the serial port',
      ).map((line) => line.replace(/^\S+ /, '')),
    ).toEqual(['+CSQ:21,99', 'OK']);
  });
});

describe('asciinema 1', () => {
  it('is one row of any length, or many: what stands before the frames is no line', () => {
    const frames = Array.from({ length: 3000 }, () => [0.001, 'OK\r\n']);
    const cast = { version: 1, width: 80, height: 24, command: 'AT', env: { SHELL: 'OK' }, stdout: frames };
    expect(linesOf(JSON.stringify(cast))).toEqual(frames.map(() => '? OK'));
    expect(linesOf(...JSON.stringify(cast, undefined, 2).split('\n'))).toHaveLength(3000);
  });

  it('with a string that never ends is read all the same, however long', () => {
    expect(linesOf(`{"version": 1, "stdout": [[0.1, "OK\\r\\n"], ${'"\\'.repeat(200_000)}`)).toEqual(['? OK']);
  });

  it('with a text that is none loses that text alone', () => {
    expect(linesOf('{"version": 1, "stdout": [[0.1, "OK\\r\\n"], [0.1, "\\x"], [0.1, "RDY\\r\\n"]]}')).toEqual([
      '? OK',
      '? RDY',
    ]);
  });
});

describe('od and hexdump in numbers', () => {
  it('leave out rows that are the same: they are read all the same', () => {
    const row = '045517 005015 045517 005015 045517 005015 045517 005015';
    expect(linesOf(`0000000 ${row}`, '*', `0000060 045517 005015 045517 005015`, '0000070')).toHaveLength(14);
  });

  it('fill up the last number: its zeros are no bytes', () => {
    const row = '0000000 19279 2573 19279 2573 19279 2573 19279 2573';
    expect(linesOf(row, '0000020 21569 2573 65', '0000025')).toEqual(['? OK', '? OK', '? OK', '? OK', '? AT', '? A']);
  });

  it('are no session where the numbers make none', () => {
    expect(linesOf('0000000 1 2 3 4 5 6 7 8', '0000020 9 10 11 12 13 14 15 16', '0000040')).toHaveLength(3);
    expect(linesOf('869334030000010')).toEqual(['? 869334030000010']);
  });
});

describe('chat', () => {
  it('to standard error has no names before its rows', () => {
    expect(
      linesOf(
        'abort on (BUSY)',
        'send (AT^M)',
        'expect (OK)',
        'AT^M^M',
        'OK^M',
        ' -- got it',
        'send (??????)',
        'alarm',
        'Failed',
      ),
    ).toEqual(['host AT', 'module AT', 'module OK']);
  });

  it('stands in one log with others', () => {
    expect(
      linesOf(
        'Jan  5 14:03:09 gw chat[12]: send (AT^M)',
        'Jan  5 14:03:09 gw pppd[11]: OK',
        'Jan  5 14:03:09 gw chat[12]: expect (OK)',
        'Jan  5 14:03:10 gw chat[12]: OK^M',
      ),
    ).toEqual(['host AT', 'module OK']);
  });
});

describe('od', () => {
  it('-a names the controls', () => {
    expect(linesOf('0000000   A   T  cr  nl   O   K  sp del   !  cr', '0000012')).toEqual(['? AT', '? OK \x7f!']);
  });

  it('-c leaves no cell to be guessed', () => {
    expect(linesOf('0000000   A   T  \\r  \\n  \\q   K', '0000012')).not.toContain('? AT');
  });
});

describe('slsnif', () => {
  it('in hex, with times, and a row that is cut off', () => {
    expect(
      linesOf(
        '2026-01-05 14:03:09.867 Host --> A(0x41)T(0x54)\\r(0x0d)',
        '2026-01-05 14:03:09.878 Device --> O(0x4f)K(0x4b)\\r(0x0d)\\n(0x0a)',
        '2026-01-05 14:03:09.879 Device --> (999)',
      ),
    ).toEqual(['host AT', 'module OK']);
  });
});
