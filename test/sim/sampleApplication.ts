import type { Link } from '../../main/transport/link.ts';

/** Type, length and value of 5700. */
const float = '4,4,20.123';

/**
 * A host that answers everything at once, with the values of the CIS core's sample application: a float, a unit and a
 * minimum of -1.5 in /3303/0, one text behind every 5750, a truth value and an integer that read as C does. Bytes of a text
 * go back as they came.
 */
export class SampleApplication {
  readonly #link: Link;
  #text: Buffer = Buffer.from('sample');
  #truth = 0;
  #integer = 0;
  #pending = '';

  /** Takes over the host's end of a module that is registered. */
  constructor(link: Link) {
    this.#link = link;
    link.onData = (bytes) => {
      this.#pending += Buffer.from(bytes).toString('latin1');
      const lines = this.#pending.split(/[\r\n]+/);
      this.#pending = lines.pop() ?? '';
      for (const line of lines) this.#answer(line);
    };
  }

  #answer(line: string): void {
    const [, kind = '', rest = ''] = /^\+MIPL([A-Z]+): ?(.*)$/.exec(line) ?? [];
    const [, msgId = '', ...fields] = rest.split(/, ?/);
    switch (kind) {
      case 'READ':
        return this.#answerRead(msgId, fields.map(Number));
      case 'OBSERVE':
        return this.#say(`OBSERVERSP=0,${msgId},1`);
      case 'WRITE':
        this.#write(Number(fields[2]), Buffer.from(fields[5] ?? '', 'hex'));
        return this.#say(`WRITERSP=0,${msgId},2`);
      case 'EXECUTE':
        return this.#say(`EXECUTERSP=0,${msgId},2`);
      case 'PARAMETER':
        return this.#say(`PARAMETERRSP=0,${msgId},2`);
      case 'DISCOVER':
        return this.#say(`DISCOVERRSP=0,${msgId},1,9,"5700;5701"`);
    }
  }

  #write(resourceId: number, bytes: Buffer): void {
    const text = bytes.toString('latin1');
    if (resourceId === 5750) this.#text = bytes;
    if (resourceId === 5850) this.#truth = text === 'true' || Number.parseInt(text, 10) > 0 ? 1 : 0;
    if (resourceId === 5851) this.#integer = Number.parseInt(text, 10) || 0;
  }

  #answerRead(msgId: string, [objectId = 0, instanceId = 0, resourceId = 0]: readonly number[]): void {
    if (resourceId === -1) {
      const lines = [`5700,${float},2,1`, '5701,1,3,"Cel",1,2', '5601,4,4,-1.5,0,0'];
      for (const line of lines) this.#say(`READRSP=0,${msgId},1,${objectId},${Math.max(0, instanceId)},${line}`);
      return;
    }
    const values: Record<number, string> = {
      5700: float,
      5750: `1,${this.#text.length},"${this.#text.toString('latin1')}"`,
      5850: `5,1,${this.#truth}`,
      5851: `3,4,${this.#integer}`,
    };
    this.#say(`READRSP=0,${msgId},1,${objectId},${instanceId},${resourceId},${values[resourceId]},0,0`);
  }

  #say(command: string): void {
    void this.#link.write(Buffer.from(`AT+MIPL${command}\r\n`, 'latin1'));
  }
}
