import { Buffer } from 'node:buffer';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { LinkEnd } from '../../main/transport/linkEnd.ts';

/** What a module says to a command line; undefined leaves it to the usual answer, an empty list is silence. */
export type Script = (line: string) => readonly string[] | undefined;

const usual: Readonly<Record<string, readonly string[]>> = {
  'AT+CGMI': ['CMCC', 'OK'],
  'AT+CGMM': ['M5310', 'OK'],
  'AT+CGMR': ['V100', 'OK'],
  'AT+CGSN=1': ['+CGSN:869334030000010', 'OK'],
  'AT+MIPLCREATEEX=?': ['ERROR'],
  'AT+CIMI': ['460041234567899', 'OK'],
  'AT+NCCID': ['+NCCID:89860469334030000010', 'OK'],
  'AT+CGDCONT?': ['+CGDCONT:0,"IP","nbiot",,0,0', 'OK'],
  'AT+CEREG?': ['+CEREG:1,1,19E6,94,7', 'OK'],
  'AT+CMEE?': ['+CMEE: 1', 'OK'],
  'AT+CSQ': ['+CSQ:21,99', 'OK'],
  'AT+NUESTATS': ['Signal power:-866', 'SNR:139', 'ECL:0', 'OK'],
  'AT+MIPLVER?': ['+MIPLVER: 2.2.0', 'OK'],
  'AT+MIPLCREATE': ['+MIPLCREATE:0', 'OK'],
  'AT+MIPLOPEN=0,3600,30': ['OK', '+MIPLEVENT: 0,6'],
  'AT+MIPLUPDATE=0,3600,0': ['OK', '+MIPLEVENT: 0,11'],
};

/** A module that answers as it is told, on a link that can be lost. */
export class ScriptedModule {
  /** Command lines as they arrived. */
  readonly heard: string[] = [];
  isClosed = false;
  readonly #end: LinkEnd;

  constructor(script: Script = () => undefined) {
    const splitter = new LineSplitter(({ text }) => {
      this.heard.push(text);
      const answer = script(text) ?? usual[text] ?? ['OK'];
      queueMicrotask(() => this.say(...answer));
    });
    this.#end = makeLinkEnd({
      write: (bytes) => {
        splitter.push(bytes, process.hrtime.bigint());
        return Promise.resolve();
      },
      close: () => {
        this.isClosed = true;
        return Promise.resolve();
      },
    });
  }

  get link(): LinkEnd['link'] {
    return this.#end.link;
  }

  /** Says lines, each framed as modules do. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.#end.receive(Buffer.from(`\r\n${line}\r\n`));
  }

  /** The cable is pulled. */
  lose(error: Error): void {
    this.#end.lose(error);
  }
}
