import { Buffer } from 'node:buffer';
import { AtChannel } from '../../main/at/channel.ts';
import { command, line, raw } from '../../main/at/codec.ts';
import type { LineTable } from '../../main/at/lineTable.ts';
import type { AtFailure, ChannelOptions, CommandOptions, Priority } from '../../main/at/channel.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';

/** Length of a `+CEREG` line by fields: the read form has 2 or 5, the URC 1 or 4 (TS 27.007 §10.1.22). */
const fieldCount = (line: string): number => line.split(',').length;
export const isCeregUrc = (line: string): boolean => line.startsWith('+CEREG:') && [1, 4].includes(fieldCount(line));
export const isCeregRead = (line: string): boolean => line.startsWith('+CEREG:') && [2, 5].includes(fieldCount(line));

/** What a table knows of lines in a test: which are URCs, and which answer which command. */
export interface TestTable {
  readonly isUrc?: (text: string) => boolean;
  /** Lines that answer any command that is asked about. */
  readonly answers?: (text: string) => boolean;
  /** Answers have no name before them. */
  readonly isBare?: boolean;
}

const isUsualUrc = (text: string): boolean => /^\+MIPL(EVENT|READ|OBSERVE):/.test(text) || isCeregUrc(text);

/** A table of messages made of questions about lines. */
export function testTable({ isUrc = isUsualUrc, answers = () => false, isBare = false }: TestTable = {}): LineTable {
  const spec = command({ name: '+X', answer: line(isBare ? '' : '+X', { text: raw() }) });
  return {
    command: () => ({ spec, decoded: { kind: 'command' } }),
    line: (text) => ({
      get isUrc() {
        return isUrc(text);
      },
      isAnswerTo: () => answers(text),
      isAnswerToOther: () => false,
      isDamagedUrc: false,
      read: (_final, pending) => ({
        decoded: { kind: 'data' },
        ...(pending && answers(text) ? { answer: { text } } : {}),
      }),
    }),
  };
}

/** A channel whose far end is in the hands of the test. */
export function station(options: ChannelOptions = {}) {
  /** Command lines as they left, without the line ending. */
  const sent: string[] = [];
  /** What the channel told, one entry per event. */
  const told: string[] = [];
  const faults: unknown[] = [];
  let writeError: Error | undefined;
  const end = makeLinkEnd({
    write(bytes) {
      if (writeError) return Promise.reject(writeError);
      sent.push(Buffer.from(bytes).toString().trimEnd());
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
  const channel = new AtChannel(
    end.link,
    {
      onUrc: ({ line }) => told.push(`urc ${line.text}`),
      onLine: ({ line, role, exchange }) =>
        told.push(`${role}${exchange === undefined ? '' : ` #${exchange}`} ${line.text}`),
      onSent: ({ text, exchange, priority }) => told.push(`sent #${exchange} ${priority} ${text}`),
      onRestart: (line) => told.push(`restart ${line.text}`),
      onDoubt: (line) => told.push(`doubt ${line.text}`),
      onSync: (state) => told.push(`sync ${state}`),
      onClose: (reason) => told.push(`close ${reason?.message ?? ''}`),
      onFault: (error) => faults.push(error),
    },
    { table: testTable(), ...options },
  );
  return {
    channel,
    link: end.link,
    sent,
    told,
    faults,
    /** Lines from the module, each framed by CR LF on both sides. */
    say(...lines: string[]) {
      for (const line of lines) end.receive(Buffer.from(`\r\n${line}\r\n`));
    },
    /** Bytes from the module as they are. */
    bytes(bytes: string | Uint8Array) {
      end.receive(Buffer.from(bytes));
    },
    lose: (error: Error) => end.lose(error),
    failWrites(error: Error) {
      writeError = error;
    },
  };
}

/** Options of a command of which only the class matters. */
export function as(priority: Priority, more: Partial<CommandOptions> = {}): CommandOptions {
  return { priority, timeoutMs: 1000, ...more };
}

/** The failure of a promise that must not be kept. */
export async function failureOf(promise: Promise<unknown>): Promise<AtFailure> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error as AtFailure,
  );
}
