import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import { urcFrames } from '../../main/mipl/urcFrames.ts';
import { modelOf, registered, settle } from './rig.ts';

const model = modelOf({
  '/3303/0/5700': ['float', 'RW', '20.5'],
  '/3303/1/5700': ['float', 'RW', '21.5'],
  '/3306/0/5750': ['string', 'RW', 'lamp'],
});

const read = '+MIPLREAD: 0,5003,3303,0,5700';
const answer = 'AT+MIPLREADRSP=0,5003,1,3303,0,5700,4,4,20.5,0,0';

function linesOf(text: string): string[] {
  const lines: string[] = [];
  new LineSplitter((line) => lines.push(`${line.partial ? '…' : ''}${line.text}`), urcFrames).push(
    Buffer.from(`${text}\r\n`),
    0n,
  );
  return lines;
}

describe('a line that lost its break', () => {
  it.each([
    ['two requests', `${read}+MIPLREAD: 0,5004,3303,1,5700`],
    ['events and a request', `+MIPLEVENT: 0,26,3+MIPLEVENT: 0,26,4${read}`],
    ['a state of the network', `+CSCON:1${read}`],
    ['an address, whatever it reads', `+IP: 100.1.2.3${read}`],
    ['a card', `+CPIN: READY${read}`],
    ['an answer', `+CSQ:20,99${read}`],
    ['a result', `OK${read}`],
    ['an error', `+CME ERROR: 50${read}`],
    ['a start', `*ATREADY: 1${read}`],
    ['an echo', `AT+CSQ${read}`],
    ['control characters in place of the break', `+CSCON:1\0${read}`],
    ['two answers', '+CSQ:20,99+CEREG:0,1'],
    ['a result behind a request', `${read}OK`],
    ['an error behind a request', '+MIPLDISCOVER: 0,5,3303+CME ERROR: 50'],
    ['a bare number before a request', `867725030012345${read}`],
    ['a name before an event', 'M5310-A+MIPLEVENT: 0,6'],
    ['a version before a request', `V100R100C10B657SP2${read}`],
    ['an operator before a request', `China Mobile${read}`],
    ['a socket before a request', `0${read}`],
    ['a row of statistics before a request', `Signal power:-865${read}`],
    ['received data before an event', '0,127.0.0.1,5683,2,AB01,0+MIPLEVENT: 0,11'],
    ['a bare number and its result', '867725030012345OK'],
    ['a socket and its result', '0ERROR'],
    ['a row of statistics and its result', 'RSRQ:-108OK'],
    ['a text that is counted', '+MIPLWRITE: 0,1,3306,0,5750,1,6,"重启",0,0+MIPLREAD: 0,5003,3303,0,5700'],
  ])('is two: %s', (_, text) => {
    const lines = linesOf(text);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('')).toBe(text.replaceAll('\0', ''));
    expect(lines.filter((line) => line.startsWith('…'))).toEqual([]);
  });

  it('breaks off where its end is missing, too', () => {
    expect(linesOf(`+MIPLREAD: 0,50${read}`)).toEqual(['…+MIPLREAD: 0,50', read]);
    expect(linesOf(`+MIPLWRITE: 0,50,33${read}`)).toEqual(['…+MIPLWRITE: 0,50,33', read]);
  });

  it.each([
    ['a counted text that reads like lines', '+MIPLWRITE: 0,1,3306,0,5750,1,33,+MIPLEVENT: 0,9+MIPLREAD: 0,5,330,0,0'],
    ['the same in quotes', '+MIPLEXECUTE: 0,1,3303,0,5605,15,"+MIPLEVENT: 0,9"'],
    ['a text whose length is wrong', '+MIPLWRITE: 0,1,3306,0,5750,1,3,x+MIPLEVENT: 0,9,0,0'],
    ['a text in quotes of another vendor', `+QNOTE: "${read}"`],
    ['quotes of a line of the table', `+CCLK: "24/01/01,00:00:00+32${read}"`],
    ['a command with a text', `AT+MIPLNOTIFY=0,1,3306,0,5750,1,15,"+MIPLEVENT: 0,9",0,0`],
    ['an unknown line before it', `TEXT ${read}`],
    ['blanks before it', `  ${read}`],
    ['a result of its own', '+CME ERROR: 3'],
    ['a text that ends like a result', '+COPS: 0,0,"BROOK"'],
    ['a name that ends like a result', '+QLOOK'],
    ['noise before it', `~|${read}`],
    ['two letters before it', `UU${read}`],
    ['a version that may end so', 'V1.2-OK'],
    ['a name that is not known behind it', '+CSQ:20,99+QLOOK: 3'],
    ['an answer that may read anything', '+ICCID: 89860+CSQ: 3'],
  ])('is one: %s', (_, text) => {
    expect(linesOf(text)).toEqual([text]);
  });

  it.each([
    ['control characters', `a${'\x01'.repeat(8000)}b`],
    ['blanks', `+FIRMWARE${' '.repeat(8000)}!`],
    ['names', '+A:'.repeat(2600)],
  ])('costs no more than others, whatever is made up: %s', (_, text) => {
    const line = `${text}+A:+B:+C:+D:+E:+F:+G:+H:`;
    // Of the processor, not of the clock: the machine may have other things to do.
    const started = process.cpuUsage();
    for (let round = 0; round < 20; round++) expect(linesOf(line)).toEqual([line]);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
  });

  it.each(['OK', '+CSQ:20,99', '867725030012345', '+MIPLEVENT: 0,26,3'])(
    'goes on where a value of what follows %s has a break of its own',
    (before) => {
      const write = '+MIPLWRITE: 0,1,3306,0,5750,1,19,"a\r\nOK\r\nb\r\n+CSQ:9,9",0,0';
      const bytes = Buffer.from(`\r\n${before}${write}\r\nOK\r\n`);
      for (const size of [1, 2, 7, bytes.length]) {
        const lines: [string, number][] = [];
        const splitter = new LineSplitter(({ text, offset }) => lines.push([text, offset]), urcFrames);
        for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size), 0n);
        expect(lines).toEqual([
          [before, 2],
          [write, 2 + before.length],
          ['OK', bytes.length - 4],
        ]);
      }
    },
  );

  it('loses nothing where such a value does not come', () => {
    const splitter: string[] = [];
    const lines = new LineSplitter(({ text }) => splitter.push(text), urcFrames);
    lines.push(Buffer.from('OK+MIPLWRITE: 0,1,3306,0,5750,1,600,"a\r\nOK+MIPLEVENT: 0,9\r\n+CSQ:9,9\r\n'), 0n);
    expect(splitter).toEqual(['OK']);
    lines.flush();
    expect(splitter).toEqual(['OK', '+MIPLWRITE: 0,1,3306,0,5750,1,600,"a', 'OK', '+MIPLEVENT: 0,9', '+CSQ:9,9']);
  });

  it('gives a bare answer to its command, and the request to the engine', async () => {
    const { engine, sent, say } = await registered({
      model,
      channel: { frames: urcFrames },
      reply: (command) => (command === 'AT+CGSN' ? undefined : ['OK']),
    });
    const asked = engine.sendLine('AT+CGSN');
    say(`867725030012345${read}`, 'OK');
    expect((await asked).lines).toEqual(['867725030012345']);
    await settle();
    expect(sent).toEqual(['AT+CGSN', answer]);
  });

  it('leaves no request unanswered, and the result to its command', async () => {
    const { engine, sent, say, store } = await registered({
      model,
      channel: { frames: urcFrames },
      reply: (command) => (command === 'AT+CSQ' ? undefined : ['OK']),
    });
    const asked = engine.sendLine('AT+CSQ');
    say(`+CSQ: 20,99+MIPLEVENT: 0,11`, `OK${read}`);
    expect((await asked).lines).toEqual(['+CSQ: 20,99']);
    await settle();
    expect(sent).toEqual(['AT+CSQ', answer]);
    expect(store.valueOf('/3306/0/5750')).toBe('lamp');
  });
});
