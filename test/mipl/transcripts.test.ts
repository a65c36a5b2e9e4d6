import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatCommand, formatLine } from '../../main/at/codec.ts';
import { splitHead } from '../../main/at/tokens.ts';
import type { CommandSpec, LineSpec } from '../../main/at/codec.ts';
import { Conversation } from '../../main/log/conversation.ts';
import { claimsOf, decodeLine, parseCommand, parseUrc } from '../../main/mipl/decode.ts';
import { commands, urcs } from '../../main/mipl/messages.ts';
import { readGoldenSession } from '../golden.ts';
import { parseTranscript, readTranscript, readTranscripts, withoutSpaces } from '../transcript.ts';
import type { Transcript, TranscriptLine } from '../transcript.ts';

/** Lines that their publication broke, and what we say about each. Nothing else may be unknown. */
const broken: Readonly<Record<string, string>> = {
  // The manual copied placeholders.
  '06 AT+MIPLPARAMETERRSP=0,msgid1,2': 'msgId: "msgid1" is not a whole number',
  '06 AT+MIPLPARAMETERRSP=0,msgid2,2': 'msgId: "msgid2" is not a whole number',
  // The page broke lines in two.
  '14 +MIPLOBSERVE: 0,267707': 'flag: is missing',
  '14 ,1,3200,0,-1': 'could be the rest of the line before',
  '14 AT+MIPLOBSERVERSP=0,267707': 'result: is missing',
  '14 ,1': 'could be the rest of the line before',
  '14 +MIPLDISCOVER: 0,5564': 'objectId: is missing',
  '14 ,3200': 'could be the rest of the line before',
  // An object id where the result belongs.
  '20 AT+MIPLDISCOVERRSP=0,879,3200,9,"5600;5750"': 'result: 3200 is outside 1..99',
  // Long writes broken after the length, payloads shortened with asterisks.
  '28 +MIPLWRITE:0,27496,5,0,0,2,1024,': 'flag: is missing',
  '28 C7AC******F8,1': 'could be the rest of the line before',
  '28 +MIPLWRITE:0,27497,5,0,0,2,1024,': 'flag: is missing',
  '28 D3A6******EB,2': 'could be the rest of the line before',
  '28 +MIPLWRITE:0,27509,5,0,0,2,346,': 'flag: is missing',
  '28 CFA3******0A,0': 'could be the rest of the line before',
};

function decodeAll({ lines }: Transcript) {
  const conversation = new Conversation();
  return lines.map((line) => ({ line, decoded: conversation.decode(line.text) }));
}

const place = (transcript: Transcript, line: TranscriptLine): string => `${transcript.name.slice(0, 2)} ${line.text}`;

describe('every line of every transcript', () => {
  it('decodes to the kind and name written down for it', () => {
    const written = readFileSync(new URL('../transcripts/decoded.txt', import.meta.url), 'utf8');
    const decoded = readTranscripts().flatMap((transcript) =>
      decodeAll(transcript).map(
        ({ line, decoded: { kind, name } }) =>
          `${transcript.name.slice(0, 2)}:${line.line} ${[kind, name ?? '-'].join(' ')}`,
      ),
    );
    expect(decoded).toEqual(written.trimEnd().split('\n'));
  });

  it('is unknown only where the publication broke it, and then with a reason', () => {
    const unknown = readTranscripts().flatMap((transcript) =>
      decodeAll(transcript)
        .filter(({ decoded }) => decoded.kind === 'unknown' || decoded.kind === 'data')
        .map(({ line, decoded }) => [place(transcript, line), decoded.note]),
    );
    expect(unknown).toEqual(Object.entries(broken));
  });

  it('needs no note about parameters beyond the table; a configuration is noted with what it says', () => {
    const noted = readTranscripts().flatMap((transcript) =>
      decodeAll(transcript)
        .filter(({ decoded }) => decoded.kind !== 'unknown' && decoded.note !== undefined)
        .filter(({ decoded }) => decoded.name !== '+MIPLCREATE')
        // Lengths that do not fit are as found.
        .filter(({ decoded }) => !decoded.note?.startsWith('the length says'))
        .map(({ line, decoded }) => [place(transcript, line), decoded.note]),
    );
    // The object is the fourth number there, behind a flag that no other source has.
    expect(noted).toEqual([['20 +MIPLDISCOVER=0,879,1,3200', 'extra parameters: 3200']]);
  });

  it('names its source in the first line of the file', () => {
    for (const transcript of readTranscripts()) expect(transcript.source, transcript.name).not.toBe('');
  });
});

describe('the captured session of a CIS core', () => {
  it('has no line we cannot read', () => {
    const conversation = new Conversation();
    const lines = readGoldenSession().filter((step) => step.kind === 'at');
    const decoded = lines.map(({ line }) => ({ line, ...conversation.decode(line) }));
    expect(decoded.length).toBeGreaterThan(50);
    const isOdd = (note: string | undefined): boolean => note !== undefined && !note.startsWith('the length says');
    expect(decoded.filter(({ kind, note }) => kind === 'unknown' || kind === 'data' || isOdd(note))).toEqual([]);
  });
});

describe('the document as a transcript', () => {
  it('comes back word for word when every line is parsed and formatted again, spaces aside', () => {
    const { lines } = readTranscript('00');
    let pending: CommandSpec | undefined;
    const again = lines.map(({ text }) => {
      const parsed = parseCommand(text);
      if (parsed?.spec) {
        pending = parsed.spec;
        return formatCommand(parsed.spec, (parsed.params ?? {}) as never);
      }
      const decoded = decodeLine(text, pending);
      if (decoded.kind === 'final') {
        pending = undefined;
        return decoded.name;
      }
      return formatLine(specOf(text, pending), (decoded.params ?? {}) as never);
    });
    const plain = lines.map(({ text }) => withoutSpaces(text));
    expect(again.map((text) => quotesAsIn(withoutSpaces(text ?? '')))).toEqual(plain.map(quotesAsIn));
  });

  it('holds every request of chapter 3.5 and the answer to it', () => {
    const { lines } = readTranscript('00');
    const names = (from: 'host' | 'module'): string[] => [
      ...new Set(lines.filter((line) => line.from === from).map((line) => decodeLine(line.text).name ?? '')),
    ];
    expect(names('module')).toEqual(
      expect.arrayContaining([
        '+MIPLEVENT',
        '+MIPLDISCOVER',
        '+MIPLOBSERVE',
        '+MIPLREAD',
        '+MIPLWRITE',
        '+MIPLEXECUTE',
        '+MIPLPARAMETER',
      ]),
    );
    expect(names('host').filter((name) => name.startsWith('+MIPL'))).toEqual([
      '+MIPLVER',
      '+MIPLCREATE',
      '+MIPLADDOBJ',
      '+MIPLOPEN',
      '+MIPLUPDATE',
      '+MIPLNOTIFY',
      '+MIPLDISCOVERRSP',
      '+MIPLREADRSP',
      '+MIPLWRITERSP',
      '+MIPLEXECUTERSP',
      '+MIPLPARAMETERRSP',
      '+MIPLOBSERVERSP',
      '+MIPLCLOSE',
      '+MIPLDELETE',
      '+MIPLDELOBJ',
    ]);
  });
});

/** HiSilicon modules print tac and cell id of +CEREG without the quotes of 27.007: `19E6,94`. */
function quotesAsIn(line: string): string {
  return line.startsWith('+CEREG') ? line.replaceAll('"', '') : line;
}

function specOf(text: string, pending: CommandSpec | undefined): LineSpec {
  if (pending?.answer && claimsOf(pending)(text)) return pending.answer;
  const name = splitHead(text)?.name;
  const parsed = parseUrc(text);
  const spec = Object.values<LineSpec>(urcs).find((candidate) => candidate.name === name);
  if (!spec || !parsed || !('urc' in parsed)) throw new Error(`${text} is in no table`);
  return spec;
}

describe('the transcript format', () => {
  it('refuses a line that is neither comment, host nor module, and names it', () => {
    expect(() => parseTranscript('x.txt', '# source: nobody\nAT\n')).toThrow('x.txt:2');
  });

  it('knows which OK the document left out', () => {
    const added = readTranscript('00').lines.filter((line) => line.added);
    expect(added).toHaveLength(6);
    expect(added.every((line) => line.text === 'OK')).toBe(true);
  });

  it('tells spaces that mean nothing from those inside quotes', () => {
    expect(withoutSpaces('AT+X= 1, "a b" ,2')).toBe('AT+X=1,"a b",2');
  });
});

describe('the message table', () => {
  it('has no two entries that differ in nothing a line could show', () => {
    const keys = Object.values<CommandSpec>(commands).map(
      (spec) => `${spec.name} ${spec.form} ${Object.keys(spec.params).join()}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});
