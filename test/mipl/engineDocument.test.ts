import { describe, expect, it } from 'vitest';
import { commands } from '../../main/mipl/messages.ts';
import { playTranscript, readTranscript, sectionOf, withoutSpaces } from '../transcript.ts';
import type { TranscriptLine } from '../transcript.ts';
import { modelOf, rig, settle } from './rig.ts';
import type { RigOptions } from './rig.ts';

const document = readTranscript('00');

/** Lines the document does not print but the dialogue has: answers to what the platform asks right after event 6. */
function unsaid(...commandLines: readonly string[]): TranscriptLine[] {
  return commandLines.flatMap((text) =>
    [
      { from: 'host' as const, text },
      { from: 'module' as const, text: 'OK' },
    ].map((line) => ({ ...line, line: 0, section: '', added: true })),
  );
}

/** An engine whose module is these lines of the document. */
function against(lines: readonly TranscriptLine[], options: RigOptions = {}) {
  const player = playTranscript(lines);
  return { ...rig({ ...options, link: player.link }), player };
}

describe('the engine against the document, chapter 3.5', () => {
  it.each([
    ['3.5(2)A', 'read of a resource'],
    ['3.5(2)B', 'read of an instance: six lines, index counting down'],
    ['3.5(3)A', 'write of one resource'],
    ['3.5(3)B', 'write of several resources: one answer'],
    ['3.5(4)', 'execute'],
    ['3.5(5)', 'write-attributes'],
    ['3.5(6)A', 'observe of resources, with their attributes'],
    ['3.5(6)B', 'observe of an instance'],
    ['3.5(6)C', 'observe of an object'],
    ['3.5(6)D', 'cancel of a resource'],
    ['3.5(6)E', 'cancel of an instance'],
    ['3.5(6)F', 'cancel of an object'],
  ])('says exactly the lines of section %s: %s', async (section) => {
    const { player, requests } = against(sectionOf(document, section));
    player.start();
    await player.finished;
    await settle();
    expect(requests().every((request) => request.status === 'answered')).toBe(true);
  });

  it('says exactly the lines of section 3.5(2)C: read of an object, index running across instances', async () => {
    const model = modelOf({
      '/3303/0/5701': ['string', 'R', 'Cel'],
      '/3303/0/5602': ['float', 'R', '50.123'],
      '/3303/1/5701': ['string', 'R', 'Cel'],
      '/3303/1/5602': ['float', 'R', '55.123'],
    });
    const { player, standings } = against(sectionOf(document, '3.5(2)C'), { model });
    player.start();
    await player.finished;
    await settle();
    expect(standings).toEqual([
      '/3303/0/5701 readByPlatform',
      '/3303/0/5602 readByPlatform',
      '/3303/1/5701 readByPlatform',
      '/3303/1/5602 readByPlatform',
    ]);
  });

  it('answers the discovers of section 3.5(1) with the lists of 34 and 24 characters', async () => {
    const lines = sectionOf(document, '3.5(1)');
    const { sent, say } = rig();
    say(...lines.filter((line) => line.from === 'module' && line.text.startsWith('+MIPL')).map((line) => line.text));
    await settle();
    expect(sent.filter((line) => line.includes('DISCOVERRSP'))).toEqual(
      lines.filter((line) => line.text.includes('DISCOVERRSP')).map((line) => withoutSpaces(line.text)),
    );
    expect(sent.filter((line) => line.includes('OBSERVERSP'))).toEqual([
      'AT+MIPLOBSERVERSP=0,111459,1',
      'AT+MIPLOBSERVERSP=0,176996,1',
      'AT+MIPLOBSERVERSP=0,242533,1',
    ]);
  });

  it('takes over the values of sections 3.5(3)A and B', async () => {
    const { player, store, standings } = against(sectionOf(document, '3.5(3)B'));
    player.start();
    await player.finished;
    expect([store.valueOf('/3306/0/5850'), store.valueOf('/3306/0/5851')]).toEqual(['1', '22']);
    expect(standings).toEqual(['/3306/0/5850 writtenByPlatform', '/3306/0/5851 writtenByPlatform']);
  });

  it('shows the write of section 3.5(3)B as one request for the instance', async () => {
    const { player, requests } = against(sectionOf(document, '3.5(3)B'));
    player.start();
    await player.finished;
    await settle();
    expect(requests()).toHaveLength(1);
    expect(requests()[0]).toMatchObject({ kind: 'write', path: '/3306/0', payload: '5850=01 5851=16', result: 2 });
  });

  it('tells the attributes of section 3.5(5)', async () => {
    const { player, attributes } = against(sectionOf(document, '3.5(5)'));
    player.start();
    await player.finished;
    expect(attributes).toEqual([
      ['/3303/0/5700', { pmin: 15, pmax: 60, lt: 0, gt: 50, st: 2 }],
      ['/3303/0/5601', { pmin: 18, pmax: 90, lt: 0, gt: 60, st: 2 }],
    ]);
  });

  it('hands the arguments of section 3.5(4) to the executable', async () => {
    const { player, store } = against(sectionOf(document, '3.5(4)'));
    const executed: string[] = [];
    store.onExecute((path, args) => executed.push(`${path} ${args}`));
    player.start();
    await player.finished;
    expect(executed).toEqual(['/3303/0/5605 reset']);
  });

  it('keeps who observes what through section 3.5(6)', async () => {
    const { say, observed } = rig();
    const steps = ['A', 'B', 'C', 'D', 'E', 'F'].map((part) => {
      for (const { from, text } of sectionOf(document, `3.5(6)${part}`)) {
        if (from === 'module' && text.startsWith('+MIPLOBSERVE')) say(text);
      }
      return observed();
    });
    expect(steps).toEqual([
      ['/3303/0/5700 308117', '/3303/0/5601 373654'],
      ['/3303/0/5700 308117', '/3303/0/5601 373654', '/3303/0 439191'],
      ['/3303/0/5700 308117', '/3303/0/5601 373654', '/3303/0 439191', '/3303 504728'],
      ['/3303/0/5601 373654', '/3303/0 439191', '/3303 504728'],
      ['/3303/0/5601 373654', '/3303 504728'],
      ['/3303/0/5601 373654'],
    ]);
    await settle();
  });
});

describe('the engine against the document, from creation to close', () => {
  it('says exactly the lines of sections 3.2, 3.3 and 3.6 in one session', async () => {
    const lines = [
      ...sectionOf(document, '3.2(1)'),
      ...sectionOf(document, '3.2(2)'),
      ...sectionOf(document, '3.2(3)A'),
      ...unsaid(
        'AT+MIPLDISCOVERRSP=0,45901,1,34,"5700;5701;5601;5602;5603;5604;5605"',
        'AT+MIPLDISCOVERRSP=0,45902,1,24,"5850;5851;5852;5853;5750"',
        'AT+MIPLOBSERVERSP=0,111439,1',
        'AT+MIPLOBSERVERSP=0,176976,1',
        'AT+MIPLOBSERVERSP=0,242513,1',
      ),
      ...sectionOf(document, '3.2(3)B'),
      ...sectionOf(document, '3.2(3)C'),
      ...sectionOf(document, '3.3'),
      ...sectionOf(document, '3.6'),
    ];
    const { engine, player, phases, notes } = against(lines, { closeEventMs: 10 });
    player.start();
    expect(await engine.exec(commands.version, {})).toEqual([{ version: '2.1.1' }]);
    await engine.prepareSuite();
    await engine.register({ lifetimeSeconds: 3600, timeoutSeconds: 30 });
    await engine.update({ lifetimeSeconds: 0, withObjects: false });
    await engine.update({ lifetimeSeconds: 3600, withObjects: true });
    await engine.notify({ path: '/3303/0/5700', value: '98', confirmed: false });
    await engine.notify({ path: '/3303/0/5601', value: '88', confirmed: false });
    await engine.deregister();
    await engine.deleteSuite();
    await engine.exec(commands.deleteObject, { ref: 0, objectId: 3306 });
    await player.finished;
    expect(phases()).toEqual([
      'creating',
      'addingObjects',
      'opening',
      'registered',
      ...['updating', 'registered', 'updating', 'registered'],
      ...['closing', 'deregistered', 'idle'],
    ]);
    expect(notes).toEqual(['No event 15 after CLOSE: the OK counts.']);
  });

  it('passes through the bootstrap of section 3.4', async () => {
    const lines = sectionOf(document, '3.4').filter(
      ({ text }) => !text.startsWith('+MIPLDISCOVER') && !text.startsWith('+MIPLOBSERVE'),
    );
    const { engine, player, phases } = against(lines);
    player.start();
    await engine.register({ lifetimeSeconds: 3600, timeoutSeconds: 30 });
    await player.finished;
    expect(phases()).toEqual(['opening', 'bootstrapping', 'connecting', 'registered']);
  });

  it('says the lines of chapters 1 and 2 when asked, and reads what comes back', async () => {
    const lines = ['2.1', '2.2', '2.3', '2.4'].flatMap((section) => sectionOf(document, section));
    const { engine, player, network } = against(lines);
    player.start();
    expect(await engine.exec(commands.socketCreate, { type: 'DGRAM', protocol: 17, port: 2334, report: 1 })).toEqual([
      { socket: 0 },
    ]);
    expect(
      await engine.exec(commands.socketSend, {
        socket: 0,
        address: '183.230.40.150',
        port: 36000,
        length: 10,
        data: '30313233343536373839',
      }),
    ).toEqual([{ socket: 0, length: 10 }]);
    expect(await engine.exec(commands.socketReceive, { socket: 0, length: 30 })).toMatchObject([
      { socket: 0, address: '183.230.40.150', port: 36000, length: 30, remaining: 0 },
    ]);
    await engine.exec(commands.socketClose, { socket: 0 });
    await player.finished;
    expect(network.map(({ name }) => name)).toEqual(['+NSONMI', '+NSONMI']);
  });
});
