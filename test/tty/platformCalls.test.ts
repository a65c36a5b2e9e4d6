import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import { Cable } from './cable.ts';
import { Mipl } from './mipl.ts';
import type { Ready, RunEvent } from './mipl.ts';

/**
 * Chapter 3 of the OneNET document: `mipl run` on one end of a terminal pair, `mipl sim` on the other, and an ordinary
 * HTTP client that makes the document's calls. Answers are compared character by character.
 */

/** Object 3303 with the four values of the document's object read, and its lamp. */
const objectReadModel = {
  format: 'mipl-device-model',
  version: 1,
  name: 'object read',
  objects: [
    {
      id: 3303,
      instances: [0, 1].map((id) => ({
        id,
        resources: [
          { id: 5701, type: 'string', access: 'R', value: 'Cel' },
          { id: 5602, type: 'float', access: 'R', value: id === 0 ? '50.123' : '55.123' },
        ],
      })),
    },
  ],
};

/** A line of a platform request or its answer, up to the msgid. */
const requestNumber = /(\+MIPL(?:READ|WRITE|EXECUTE|DISCOVER|OBSERVE|PARAMETER)(?:RSP)?[:=]0,)\d+/;

interface Bench {
  readonly cable: Cable;
  readonly module: Mipl;
  readonly engine: Mipl;
  readonly ready: Ready;
  /** Does a call of the platform's API; gives the body as it came. */
  ask(pathAndQuery: string, body?: unknown): Promise<string>;
  /** Lines of the wire so far, in both directions, with every msgid of a request as `msgid`. */
  wire(): Promise<string[]>;
  close(): Promise<void>;
}

async function openBench(model?: object): Promise<Bench> {
  const cable = await Cable.plugged();
  const modelFile = path.join(cable.folder, 'test.model.json');
  if (model) await writeFile(modelFile, JSON.stringify(model));
  const module = new Mipl(['sim', '--pty', cable.far, '--baud', '115200', '--radio-speed', '200']);
  const ready = await module.event<Ready>();
  const journals = path.join(cable.folder, 'journals');
  const options = ['--port', cable.near, '--baud', '115200', '--journal', journals];
  const engine = new Mipl(['run', ...options, ...(model ? ['--model', modelFile] : [])]);
  return {
    cable,
    module,
    engine,
    ready,
    async ask(pathAndQuery, body) {
      const url = `${ready.http}${pathAndQuery.replaceAll('<终端设备IMEI>', ready.imei)}`;
      const response = await fetch(
        url,
        body === undefined
          ? {}
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      );
      expect(response.status).toBe(200);
      return response.text();
    },
    async wire() {
      const file = path.join(journals, readdirSync(journals).find((name) => name.endsWith('.ndjson')) ?? '');
      const lines: string[] = [];
      for await (const block of readJournalLines(file)) {
        for (const { direction, text } of block) if (direction !== 'note') lines.push(text);
      }
      return lines.map((line) => line.replace(requestNumber, '$1msgid'));
    },
    async close() {
      await engine.stop();
      await module.stop();
      await cable.close();
    },
  };
}

/** The platform observes every instance: the conversation after registration is over. */
const isObserved =
  (instances: number) =>
  ({ event, value }: RunEvent): boolean =>
    event === 'observations' && (value as unknown as unknown[]).length === instances;

describe('the document’s session over a terminal pair', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    await bench.engine.event<RunEvent>(isObserved(3));
  }, 60_000);
  afterAll(() => bench.close());

  /** The lines of one platform request and its answer, from the journal, once they are there. */
  async function expectOnWire(...lines: readonly string[]): Promise<void> {
    await vi.waitFor(async () => expect(await bench.wire()).toEqual(expect.arrayContaining([...lines])), {
      timeout: 3000,
      interval: 50,
    });
  }

  it('prints what a bench needs in one line of JSON when the simulator is ready', () => {
    expect(bench.module.lines).toHaveLength(1);
    expect(bench.ready).toEqual({
      pty: bench.cable.far,
      coap: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      imei: expect.stringMatching(/^\d{15}$/) as string,
      imsi: expect.stringMatching(/^\d{15}$/) as string,
      pid: expect.any(Number) as number,
    });
  });

  it('registers with the commands of chapter 3.2, and the platform asks for the resources', async () => {
    await expectOnWire(
      '+MIPLDISCOVER:0,msgid,3303',
      'AT+MIPLDISCOVERRSP=0,msgid,1,34,"5700;5701;5601;5602;5603;5604;5605"',
      '+MIPLDISCOVER:0,msgid,3306',
      'AT+MIPLDISCOVERRSP=0,msgid,1,24,"5850;5851;5852;5853;5750"',
      '+MIPLOBSERVE:0,msgid,1,3303,0,-1',
      '+MIPLOBSERVE:0,msgid,1,3303,1,-1',
      '+MIPLOBSERVE:0,msgid,1,3306,0,-1',
      'AT+MIPLOBSERVERSP=0,msgid,1',
    );
    const session = (await bench.wire()).filter((line) => line.includes('MIPL') && !line.includes('MIPLCREATEEX'));
    expect(session.slice(0, 8)).toEqual([
      'AT+MIPLVER?',
      '+MIPLVER: 2.2.0',
      'AT+MIPLCREATE',
      '+MIPLCREATE:0',
      'AT+MIPLADDOBJ=0,3303,2,"11",6,1',
      'AT+MIPLADDOBJ=0,3306,1,"1",5,0',
      'AT+MIPLOPEN=0,3600,30',
      '+MIPLEVENT: 0,6',
    ]);
  });

  it('is online on the platform', async () => {
    expect(await bench.ask('/devices/status?imei=<终端设备IMEI>&devIds=')).toMatch(
      /^\{"errno":0,"data":\{"total_count":1,"devices":\[\{"id":\d+,"title":"[^"]*","online":true\}\]\},"error":"succ"\}$/,
    );
  });

  it('has its resources on the platform', async () => {
    expect(await bench.ask('/nbiot/resources?imei=<终端设备IMEI>&obj_id=3303&obj_inst_id=0')).toBe(
      '{"errno":0,"data":{"total_count":1,"item":[{"obj_id":3303,"instances":[{"inst_id":0,"resources":[5700,5701,5601,5602,5603,5604,5605]}]}]},"error":"succ"}',
    );
  });

  it('answers the read of a resource', async () => {
    expect(await bench.ask('/nbiot?imei=<终端设备IMEI>&obj_id=3303&obj_inst_id=0&res_id=5700')).toBe(
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
    );
    await expectOnWire('+MIPLREAD:0,msgid,3303,0,5700', 'AT+MIPLREADRSP=0,msgid,1,3303,0,5700,4,4,20.123,0,0');
  });

  it('answers the read of an instance, 0.0 and 99.0 as they were set', async () => {
    expect(await bench.ask('/nbiot?imei=<终端设备IMEI>&obj_id=3303&obj_inst_id=0')).toBe(
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700},{"val":"Cel","res_id":5701},{"val":10.123,"res_id":5601},{"val":60.2,"res_id":5602},{"val":0.0,"res_id":5603},{"val":99.0,"res_id":5604}],"obj_inst_id":0}],"error":"succ"}',
    );
    await expectOnWire(
      '+MIPLREAD:0,msgid,3303,0,-1',
      'AT+MIPLREADRSP=0,msgid,1,3303,0,5700,4,4,20.123,5,0',
      'AT+MIPLREADRSP=0,msgid,1,3303,0,5701,1,3,"Cel",4,0',
      'AT+MIPLREADRSP=0,msgid,1,3303,0,5601,4,4,10.123,3,0',
      'AT+MIPLREADRSP=0,msgid,1,3303,0,5602,4,4,60.2,2,0',
      'AT+MIPLREADRSP=0,msgid,1,3303,0,5603,4,4,0.0,1,0',
      'AT+MIPLREADRSP=0,msgid,1,3303,0,5604,4,4,99.0,0,0',
    );
  });

  it('answers the read of an object with both instances in twelve lines', async () => {
    const body = JSON.parse(await bench.ask('/nbiot?imei=<终端设备IMEI>&obj_id=3303')) as {
      data: { obj_inst_id: number; res: unknown[] }[];
    };
    expect(body.data.map(({ obj_inst_id, res }) => [obj_inst_id, res.length])).toEqual([
      [0, 6],
      [1, 6],
    ]);
    await expectOnWire('+MIPLREAD:0,msgid,3303,-1,-1', 'AT+MIPLREADRSP=0,msgid,1,3303,1,5604,4,4,99.0,0,0');
  });

  it('takes the write of one resource and reads the new value back', async () => {
    const call = '/nbiot?imei=<终端设备IMEI>&obj_id=3306&obj_inst_id=0';
    expect(await bench.ask(`${call}&mode=2`, { data: [{ res_id: 5850, val: 1 }] })).toBe('{"errno":0,"error":"succ"}');
    await expectOnWire('+MIPLWRITE:0,msgid,3306,0,5850,2,1,01,0,0', 'AT+MIPLWRITERSP=0,msgid,2');
    expect(await bench.ask(`${call}&res_id=5850`)).toBe(
      '{"errno":0,"data":[{"res":[{"val":true,"res_id":5850}],"obj_inst_id":0}],"error":"succ"}',
    );
  });

  it('takes the write of several resources of an instance with one answer', async () => {
    const call = '/nbiot?imei=<终端设备IMEI>&obj_id=3306&obj_inst_id=0';
    const data = [
      { res_id: 5850, val: 1 },
      { res_id: 5851, val: 22 },
    ];
    expect(await bench.ask(`${call}&mode=2`, { data })).toBe('{"errno":0,"error":"succ"}');
    await expectOnWire('+MIPLWRITE:0,msgid,3306,0,5850,2,1,01,0,1', '+MIPLWRITE:0,msgid,3306,0,5851,2,1,16,0,0');
    expect(await bench.ask(`${call}&res_id=5851`)).toContain('{"val":22,"res_id":5851}');
  });

  it('executes a resource with its arguments', async () => {
    expect(
      await bench.ask('/nbiot/execute?imei=<终端设备IMEI>&obj_id=3303&obj_inst_id=0&res_id=5605', { args: 'reset' }),
    ).toBe('{"errno":0,"error":"succ"}');
    await expectOnWire('+MIPLEXECUTE:0,msgid,3303,0,5605,5, "reset"', 'AT+MIPLEXECUTERSP=0,msgid,2');
  });

  it('takes attributes and an observation, by the POST and the GET of the document', async () => {
    const call = '/nbiot/observe?imei=<终端设备IMEI>&cancel=false&obj_id=3303&obj_inst_id=0';
    const posted = await bench.ask(`${call}&res_id=5700&pmin=15&pmax=60&gt=50&lt=0&st=2`, {});
    const got = await bench.ask(`${call}&res_id=5601&pmin=18&pmax=90&gt=60&lt=0&st=2`);
    expect([posted, got]).toEqual(['{"errno":0,"error":"succ"}', '{"errno":0,"error":"succ"}']);
    await expectOnWire(
      '+MIPLPARAMETER:0,msgid,3303,0,5700,37,"pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0"',
      '+MIPLPARAMETER:0,msgid,3303,0,5601,37,"pmin=18;pmax=90;lt=0.0;gt=60.0;st=2.0"',
      'AT+MIPLPARAMETERRSP=0,msgid,2',
      '+MIPLOBSERVE:0,msgid,1,3303,0,5700',
      '+MIPLOBSERVE:0,msgid,1,3303,0,5601',
    );
  });

  it('takes observations of an object, and the end of one', async () => {
    const call = '/nbiot/observe?imei=<终端设备IMEI>&obj_id=3306';
    expect(await bench.ask(`${call}&cancel=false`, {})).toBe('{"errno":0,"error":"succ"}');
    expect(await bench.ask(`${call}&cancel=true`, {})).toBe('{"errno":0,"error":"succ"}');
    await expectOnWire('+MIPLOBSERVE:0,msgid,1,3306,-1,-1', '+MIPLOBSERVE:0,msgid,0,3306,-1,-1');
  });

  it('refuses what is not there and what may not be written, and stays', async () => {
    const call = '/nbiot?imei=<终端设备IMEI>&obj_id=3303&obj_inst_id=0';
    const missing = JSON.parse(await bench.ask(`${call}&res_id=4711`)) as { errno: number };
    const readOnly = JSON.parse(await bench.ask(`${call}&mode=2`, { data: [{ res_id: 5700, val: 1 }] })) as {
      errno: number;
    };
    expect([missing.errno, readOnly.errno]).toEqual([5106, 5106]);
    await expectOnWire('AT+MIPLREADRSP=0,msgid,13', 'AT+MIPLWRITERSP=0,msgid,14');
    expect(await bench.ask(`${call}&res_id=5700`)).toContain('"val":20.123');
  });

  it('answers twenty requests that come at once', async () => {
    const call = '/nbiot?imei=<终端设备IMEI>&obj_id=3303&obj_inst_id=0&res_id=5700';
    const answers = await Promise.all(Array.from({ length: 20 }, () => bench.ask(call)));
    expect(new Set(answers)).toEqual(
      new Set(['{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}']),
    );
  });
});

describe('mipl run with a device model of one’s own', () => {
  it('answers the document’s read of an object character by character', async () => {
    const bench = await openBench(objectReadModel);
    try {
      await bench.engine.event<RunEvent>(isObserved(2));
      expect(await bench.ask('/nbiot?imei=<终端设备IMEI>&obj_id=3303')).toBe(
        '{"errno":0,"data":[{"res":[{"val":"Cel","res_id":5701},{"val":50.123,"res_id":5602}],"obj_inst_id":0},{"res":[{"val":"Cel","res_id":5701},{"val":55.123,"res_id":5602}],"obj_inst_id":1}],"error":"succ"}',
      );
      await bench.engine.stop();
      expect((await bench.wire()).filter((line) => line.includes('READ'))).toEqual([
        '+MIPLREAD:0,msgid,3303,-1,-1',
        'AT+MIPLREADRSP=0,msgid,1,3303,0,5701,1,3,"Cel",3,0',
        'AT+MIPLREADRSP=0,msgid,1,3303,0,5602,4,4,50.123,2,0',
        'AT+MIPLREADRSP=0,msgid,1,3303,1,5701,1,3,"Cel",1,0',
        'AT+MIPLREADRSP=0,msgid,1,3303,1,5602,4,4,55.123,0,0',
      ]);
    } finally {
      await bench.close();
    }
  });

  it('ends with 0 when it was registered and is asked to end, its journal whole', async () => {
    const bench = await openBench();
    try {
      await bench.engine.event<RunEvent>(isObserved(3));
      expect(await bench.engine.stop('SIGINT')).toBe(0);
      expect(await bench.wire()).toContain('+MIPLEVENT: 0,6');
    } finally {
      await bench.close();
    }
  });
});
