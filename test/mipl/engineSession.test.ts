import { afterEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import { modelOf, registered, rig, settle } from './rig.ts';

afterEach(() => {
  vi.useRealTimers();
});

const open = { lifetimeSeconds: 3600, timeoutSeconds: 30 };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof CodedError ? [error.code, error.detail].filter(Boolean).join(' ') : String(error);
}

/** Replies by the beginning of the command. */
const replies =
  (words: Readonly<Record<string, readonly string[]>>) =>
  (command: string): readonly string[] =>
    Object.entries(words).find(([start]) => command.startsWith(start))?.[1] ?? ['OK'];

describe('creating the suite', () => {
  it('takes the ref the module gives', async () => {
    const { engine, sent } = rig({ reply: replies({ 'AT+MIPLCREATE': ['+MIPLCREATE:3', 'OK'] }) });
    await engine.prepareSuite();
    expect(engine.registration).toEqual({ phase: 'addingObjects', ref: 3 });
    expect(sent[1]).toBe('AT+MIPLADDOBJ=3,3303,2,"11",6,1');
  });

  it('takes ref 0 where the module prints none', async () => {
    const { engine } = rig();
    await engine.prepareSuite();
    expect(engine.registration.ref).toBe(0);
  });

  it('leaves a gap in the bitmap for an instance that is not there', async () => {
    const model = modelOf({ '/3200/0/5750': ['string', 'R', 'a'], '/3200/2/5750': ['string', 'R', 'b'] });
    const { engine, sent } = rig({ model });
    await engine.prepareSuite();
    expect(sent[1]).toBe('AT+MIPLADDOBJ=0,3200,3,"101",1,0');
  });

  const server = { host: '183.230.40.39', port: 5683, isBootstrap: true };
  // The plain one is the blob that public drivers of the M5310 family carry (test/golden/create-blobs.tsv).
  it.each([
    ['bare', 'AT+MIPLCREATE'],
    ['server', 'AT+MIPLCREATEEX="183.230.40.39:5683",1'],
    [
      'plain',
      'AT+MIPLCREATE=49,130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0',
    ],
    [
      'flags',
      'AT+MIPLCREATE=69,130045F10003F20037040011800005434D494F540000000000123138332E3233302E34302E33393A35363833000F41757468436F64653A3B50534B3A3BF300080000000000,0,69,0',
    ],
  ] as const)('uses the form that a person chose: %s', async (form, line) => {
    const { engine, sent } = rig({ create: () => ({ form, ...server }) });
    await engine.prepareSuite();
    expect(sent[0]).toBe(line);
  });

  it('says with CREATEEX whether the server is the platform itself', async () => {
    const { engine, sent } = rig({ create: () => ({ form: 'server', ...server, isBootstrap: false }) });
    await engine.prepareSuite();
    expect(sent[0]).toBe('AT+MIPLCREATEEX="183.230.40.39:5683",0');
  });

  it('deletes a suite that is left over and creates its own', async () => {
    const answers = [['+CIS ERROR:602'], ['OK'], ['+MIPLCREATE:0', 'OK']];
    const { engine, sent, notes } = rig({ reply: () => answers.shift() ?? ['OK'] });
    await engine.prepareSuite();
    expect(sent.slice(0, 3)).toEqual(['AT+MIPLCREATE', 'AT+MIPLDELETE=0', 'AT+MIPLCREATE']);
    expect(notes).toEqual(['The module had an old communication suite; it was deleted.']);
  });

  it('closes a session that is left over where the module deletes none before, as RDA 8910', async () => {
    const answers: Record<string, string[][]> = {
      'AT+MIPLCREATE': [['+CME ERROR: 100'], ['+MIPLCREATE:0', 'OK']],
      'AT+MIPLDELETE=0': [['+CME ERROR: 100'], ['OK']],
      'AT+MIPLCLOSE=0': [['OK', '+MIPLEVENT:0,15']],
    };
    const { engine, sent } = rig({ reply: (command) => answers[command]?.shift() ?? ['OK'] });
    await engine.prepareSuite();
    expect(sent.slice(0, 5)).toEqual([
      'AT+MIPLCREATE',
      'AT+MIPLDELETE=0',
      'AT+MIPLCLOSE=0',
      'AT+MIPLDELETE=0',
      'AT+MIPLCREATE',
    ]);
    expect(engine.registration).toMatchObject({ phase: 'addingObjects', ref: 0 });
  });

  it('deletes it by the name that the M5311 specification has', async () => {
    const creates = [['ERROR'], ['+MIPLCREATE:0', 'OK']];
    const reply = (command: string): string[] => {
      if (command === 'AT+MIPLCREATE') return creates.shift() ?? [];
      return /MIPL(?:DELETE|CLOSE)/.test(command) ? ['ERROR'] : ['OK'];
    };
    const { engine, sent } = rig({ reply });
    await engine.prepareSuite();
    expect(sent[4]).toBe('AT+MIPLDEL=0');
    expect(engine.registration).toMatchObject({ phase: 'addingObjects', ref: 0 });
  });

  it('waits for no event 15 longer than usual where the module closes without a word', async () => {
    const answers: Record<string, string[][]> = {
      'AT+MIPLCREATE': [['ERROR'], ['+MIPLCREATE:0', 'OK']],
      'AT+MIPLDELETE=0': [['ERROR'], ['OK']],
    };
    const closeEventMs = { tells: 1, unknown: 1, silent: 1 };
    const { engine } = rig({ closeEventMs, reply: (command) => answers[command]?.shift() ?? ['OK'] });
    await engine.prepareSuite();
    expect(engine.registration).toMatchObject({ phase: 'addingObjects' });
  });

  it('says why none was created where there is nothing to delete, as without network on Xinyi chips', async () => {
    const reply = (command: string): string[] => (command === 'AT+MIPLCREATE' ? ['+CME ERROR: 30'] : ['+CME ERROR: 3']);
    const { engine, sent } = rig({ reply });
    expect(await codeOf(engine.prepareSuite())).toBe('AT_CME 30');
    expect(sent).toEqual(['AT+MIPLCREATE', 'AT+MIPLDELETE=0', 'AT+MIPLCLOSE=0', 'AT+MIPLDELETE=0', 'AT+MIPLDEL=0']);
  });

  it.each(['AT+MIPLDELETE=0', 'AT+MIPLCLOSE=0'])(
    'stops where the line goes while the old one is left: %s',
    async (last) => {
      const answers: Record<string, string[] | undefined> = {
        'AT+MIPLCREATE': ['ERROR'],
        'AT+MIPLDELETE=0': ['ERROR'],
        [last]: undefined,
      };
      const { engine, sent, lose } = rig({ reply: (command) => (command in answers ? answers[command] : ['OK']) });
      const failed = codeOf(engine.prepareSuite());
      await vi.waitFor(() => expect(sent.at(-1)).toBe(last));
      lose(new CodedError('PORT_LOST', 'unplugged'));
      expect(await failed).toBe('PORT_LOST');
    },
  );

  it('fails when the module says FAIL, as MR880A does when it cannot find the host', async () => {
    const { engine } = rig({ reply: replies({ 'AT+MIPLCREATE': ['+MIPLCREATE: FAIL', 'OK'] }) });
    expect(await codeOf(engine.prepareSuite())).toBe('AT_ERROR FAIL');
    expect(engine.registration).toMatchObject({ phase: 'failed', fault: { code: 'AT_ERROR' } });
  });

  it('fails when the second create is refused too', async () => {
    const { engine, sent } = rig({ reply: replies({ 'AT+MIPLCREATE': ['ERROR'] }) });
    expect(await codeOf(engine.prepareSuite())).toBe('AT_ERROR');
    expect(sent).toEqual(['AT+MIPLCREATE', 'AT+MIPLDELETE=0', 'AT+MIPLCREATE']);
  });

  it('deletes nothing when the line itself is dead', async () => {
    const { engine, sent, lose } = rig({ reply: () => undefined });
    const failed = codeOf(engine.prepareSuite());
    lose(new CodedError('PORT_LOST', 'unplugged'));
    expect(await failed).toBe('PORT_LOST');
    expect(sent).toEqual(['AT+MIPLCREATE']);
  });
});

describe('registering', () => {
  it('is done at event 6, not at OK', async () => {
    const { engine, say, phases } = rig();
    let isDone = false;
    const done = engine.register(open).then(() => (isDone = true));
    await settle();
    expect(isDone).toBe(false);
    say('+MIPLEVENT:0,1', '+MIPLEVENT:0,2', '+MIPLEVENT:0,4', '+MIPLEVENT:0,6');
    await done;
    expect(phases()).toEqual(['opening', 'bootstrapping', 'connecting', 'connecting', 'registered']);
  });

  it('hears an event that overtakes the OK', async () => {
    const { engine } = rig({ reply: () => ['+MIPLEVENT:0,6', 'OK'] });
    await engine.register(open);
    expect(engine.registration).toMatchObject({ phase: 'registered', lifetimeSeconds: 3600, lastEvent: 6 });
  });

  it.each([3, 7, 8, 10])('fails at event %i', async (number) => {
    const { engine, say } = rig();
    const failed = codeOf(engine.register(open));
    await settle();
    say(`+MIPLEVENT:0,${number}`);
    expect(await failed).toBe(`MIPL_REFUSED ${number}`);
    expect(engine.registration).toMatchObject({ phase: 'failed', fault: { detail: String(number) } });
  });

  it('goes on at event 5: the stack connects again by itself', async () => {
    const { engine, say } = rig();
    const done = engine.register(open);
    await settle();
    say('+MIPLEVENT:0,5');
    expect(engine.registration).toMatchObject({ phase: 'opening', fault: { detail: '5' } });
    say('+MIPLEVENT:0,6');
    await done;
    expect(engine.registration.fault).toBeUndefined();
  });

  it('fails when no event comes', async () => {
    const { engine } = rig({ openGraceMs: 5 });
    expect(await codeOf(engine.register({ lifetimeSeconds: 3600, timeoutSeconds: 0 }))).toBe('MIPL_EVENT_TIMEOUT 6');
    expect(engine.registration.phase).toBe('failed');
  });

  it('fails when the module refuses the command', async () => {
    const { engine } = rig({ reply: () => ['+CIS ERROR:602'] });
    expect(await codeOf(engine.register(open))).toBe('AT_CIS 602');
    expect(engine.registration).toMatchObject({ phase: 'failed', fault: { code: 'AT_CIS', detail: '602' } });
  });

  it('forgets who observed before: a new registration starts with none', async () => {
    const { engine, observed } = await registered({ reply: () => undefined }, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
    expect(observed()).toEqual(['/3303/0 65537']);
    void engine.register(open).catch(() => undefined);
    expect(observed()).toEqual([]);
  });
});

describe('the module starting anew', () => {
  it('in the middle of registering ends it with AT_RESTARTED', async () => {
    const { engine, say } = rig({ reply: () => undefined });
    const failed = codeOf(engine.register(open));
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    expect(await failed).toBe('AT_RESTARTED');
  });

  it('after the OK, while the event is awaited, ends it too', async () => {
    const { engine, say } = rig();
    const failed = codeOf(engine.register(open));
    await settle();
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    expect(await failed).toBe('AT_RESTARTED');
  });

  it('in the middle of an answer fails the request, drops half a write and forgets the session', async () => {
    const { engine, say, requests, sent, observed } = await registered(
      { reply: (command) => (command.includes('READRSP') ? undefined : ['OK']), channel: { resyncSilenceMs: 1 } },
      ['+MIPLOBSERVE:0,65537,1,3303,0,-1'],
    );
    say(
      '+MIPLREAD:0,5,3303,0,-1',
      '+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1',
      'REBOOT_CAUSE_APPLICATION_AT',
      'Neul',
      'OK',
    );
    await settle();
    expect(requests().map((request) => request.status)).toEqual(['answered', 'failed', 'failed']);
    expect(requests()[1]?.fault?.code).toBe('AT_RESTARTED');
    expect(engine.registration).toEqual({ phase: 'idle' });
    expect(observed()).toEqual([]);
    sent.length = 0;
    say('+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0');
    await expect.poll(() => sent).toEqual(['AT', 'AT+CMEE?', 'AT+CSQ', 'AT+MIPLWRITERSP=0,6,2']);
  });
});

describe('renewing', () => {
  it('is done at event 11 and moves the end of the lifetime', async () => {
    const { engine, say } = await registered();
    const done = engine.update({ lifetimeSeconds: 7200, withObjects: true });
    await settle();
    expect(engine.registration.phase).toBe('updating');
    say('+MIPLEVENT:0,11');
    await done;
    expect(engine.registration).toMatchObject({ phase: 'registered', lifetimeSeconds: 7200 });
    expect(engine.registration.expiresMs).toBeGreaterThan(Date.now() + 7_000_000);
  });

  it('with lifetime 0 keeps the old one as the best guess', async () => {
    const { engine, say } = rig({ reply: (command) => (command.includes('OPEN') ? ['OK', '+MIPLEVENT:0,6'] : ['OK']) });
    await engine.register(open);
    const done = engine.update({ lifetimeSeconds: 0, withObjects: false });
    await settle();
    say('+MIPLEVENT:0,11');
    await done;
    expect(engine.registration.lifetimeSeconds).toBe(3600);
  });

  it.each([12, 13])('fails at event %i and leaves the session standing', async (number) => {
    const { engine, say } = await registered();
    const failed = codeOf(engine.update({ lifetimeSeconds: 3600, withObjects: false }));
    await settle();
    say(`+MIPLEVENT:0,${number}`);
    expect(await failed).toBe(`MIPL_REFUSED ${number}`);
    expect(engine.registration).toMatchObject({ phase: 'registered', fault: { detail: String(number) } });
  });

  it('fails when no event comes, and leaves the session standing', async () => {
    const { engine } = await registered({ updateTimeoutMs: 5 });
    expect(await codeOf(engine.update({ lifetimeSeconds: 3600, withObjects: false }))).toBe('MIPL_EVENT_TIMEOUT 11');
    expect(engine.registration.phase).toBe('registered');
  });

  it('is refused without a session, before anything is sent', async () => {
    const { engine, sent } = rig();
    expect(await codeOf(engine.update({ lifetimeSeconds: 3600, withObjects: false }))).toBe('MIPL_NOT_REGISTERED');
    expect(sent).toEqual([]);
  });
});

describe('leaving', () => {
  it('is done at event 15', async () => {
    const { engine, phases, notes } = await registered({ reply: () => ['OK', '+MIPLEVENT:0,15'] });
    await engine.deregister();
    expect(phases().slice(-2)).toContain('deregistered');
    expect(notes).toEqual([]);
  });

  it('leaves the session standing when CLOSE is refused, and shows the error', async () => {
    const { engine, observed } = await registered(
      { reply: (command) => (command.includes('CLOSE') ? ['ERROR'] : ['OK']) },
      ['+MIPLOBSERVE:0,65537,1,3303,0,-1'],
    );
    expect(await codeOf(engine.deregister())).toBe('AT_ERROR');
    expect(engine.registration).toMatchObject({ phase: 'registered', fault: { code: 'AT_ERROR' } });
    expect(observed()).toEqual(['/3303/0 65537']);
  });

  it('leaves nothing standing when the module restarts before it is done', async () => {
    const { engine, say } = await registered({ reply: (command) => (command.includes('CLOSE') ? undefined : ['OK']) });
    const failed = codeOf(engine.deregister());
    await settle();
    say('REBOOT_CAUSE_APPLICATION_AT');
    expect(await failed).toBe('AT_RESTARTED');
    expect(engine.registration).toEqual({ phase: 'idle' });
  });

  it('takes one object out of the suite', async () => {
    const { engine, sent } = rig();
    await engine.deleteObject(3303);
    expect(sent).toEqual(['AT+MIPLDELOBJ=0,3303']);
  });

  it('is refused without a session', async () => {
    expect(await codeOf(rig().engine.deregister())).toBe('MIPL_NOT_REGISTERED');
  });

  it('deletes the suite with ref 0 when it was there before us', async () => {
    const { engine, sent } = rig();
    await engine.deleteSuite();
    expect(sent).toEqual(['AT+MIPLDELETE=0']);
  });

  it('deletes the suite with the ref it was given', async () => {
    const { engine, sent } = rig({ reply: replies({ 'AT+MIPLCREATE': ['+MIPLCREATE:2', 'OK'] }) });
    await engine.prepareSuite();
    await engine.deleteSuite();
    expect(sent.at(-1)).toBe('AT+MIPLDELETE=2');
    expect(engine.registration).toEqual({ phase: 'idle' });
  });
});

describe('events nobody asked for', () => {
  it.each([3, 7, 8, 9, 10, 15, 31])('event %i ends the session and all observations', async (number) => {
    const { engine, say, observed } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
    say(`+MIPLEVENT:0,${number}`);
    expect(engine.registration.phase).toBe(number === 15 ? 'deregistered' : 'failed');
    expect(observed()).toEqual([]);
    expect(await codeOf(engine.notify({ path: '/3303/0/5700', value: '1', confirmed: false }))).toBe(
      'MIPL_NOT_REGISTERED',
    );
  });

  it.each([12, 13, 14, 20, 21, 25, 26, 40, 99, 255])(
    'event %i leaves session and observations alone',
    async (number) => {
      const { engine, say, observed } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
      say(`+MIPLEVENT:0,${number},5`);
      expect(engine.registration).toMatchObject({ phase: 'registered', lastEvent: number });
      expect(observed()).toEqual(['/3303/0 65537']);
    },
  );

  it('event 6 again, as AT+MIPLOPEN? prints it, keeps the observations', async () => {
    const { say, observed } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
    say('+MIPLEVENT:0,6');
    expect(observed()).toEqual(['/3303/0 65537']);
  });
});

describe('notifying', () => {
  const observe = ['+MIPLOBSERVE:0,65537,1,3303,0,-1'];

  it('is accepted at OK and acknowledged at event 26', async () => {
    const { engine, say, sent, notifications, standings, store } = await registered({}, observe);
    const { id } = await engine.notify({ path: '/3303/0/5700', value: '21.5', confirmed: true });
    expect(sent).toEqual(['AT+MIPLNOTIFY=0,65537,3303,0,5700,4,4,21.5,0,0,1']);
    expect(notifications()).toMatchObject([{ id, status: 'accepted', ackId: 1, msgId: 65537, value: '21.5' }]);
    say('+MIPLEVENT:0,26,1');
    expect(notifications()).toMatchObject([{ status: 'acknowledged' }]);
    expect(standings).toEqual(['/3303/0/5700 notified', '/3303/0/5700 acknowledged']);
    expect(store.valueOf('/3303/0/5700')).toBe('21.5');
  });

  it('fails at event 25', async () => {
    const { engine, say, notifications, standings } = await registered({}, observe);
    await engine.notify({ path: '/3303/0/5700', value: '1', confirmed: true });
    say('+MIPLEVENT:0,25,1');
    expect(notifications()).toMatchObject([{ status: 'failed', fault: { code: 'MIPL_REFUSED', detail: '25' } }]);
    expect(standings.at(-1)).toBe('/3303/0/5700 notifyFailed');
  });

  it('stays acknowledged when event 26 overtakes the OK', async () => {
    const { engine, notifications } = await registered({ reply: () => ['+MIPLEVENT:0,26,1', 'OK'] }, observe);
    await engine.notify({ path: '/3303/0/5700', value: '1', confirmed: true });
    expect(notifications()).toMatchObject([{ status: 'acknowledged' }]);
  });

  it('fails when the module refuses the command', async () => {
    const { engine, notifications } = await registered(
      { reply: (command) => (command.includes('NOTIFY') ? ['+CIS ERROR: 100'] : ['OK']) },
      observe,
    );
    expect(await codeOf(engine.notify({ path: '/3303/0/5700', value: '1', confirmed: true }))).toBe('AT_CIS 100');
    expect(notifications()).toMatchObject([{ status: 'failed', fault: { code: 'AT_CIS', detail: '100' } }]);
  });

  it('without confirmation is over at OK', async () => {
    const { engine, say, notifications } = await registered({}, observe);
    await engine.notify({ path: '/3303/0/5700', value: '1', confirmed: false });
    say('+MIPLEVENT:0,25,65537');
    expect(notifications()).toMatchObject([{ status: 'accepted' }]);
    expect(notifications()[0]).not.toHaveProperty('ackId');
  });

  it('is refused before anything is sent when nobody observes', async () => {
    const { engine, sent, store } = await registered();
    expect(await codeOf(engine.notify({ path: '/3303/0/5700', value: '1', confirmed: false }))).toBe(
      'MIPL_NOT_OBSERVED /3303/0/5700',
    );
    expect([sent, store.valueOf('/3303/0/5700')]).toEqual([[], '20.123']);
  });
});

describe('a line a person types', () => {
  it('gets the time limit and the answer of its entry in the table', async () => {
    const { engine } = rig({ reply: () => ['+MIPLEVENT:0,14,90', '460040000000001', 'OK'] });
    expect((await engine.sendLine('AT+CIMI')).lines).toEqual(['460040000000001']);
  });

  it('is sent also when the table does not know it', async () => {
    const { engine } = rig({ reply: () => ['+QREGSWT: 1', 'OK'] });
    expect((await engine.sendLine('AT+QREGSWT?')).lines).toEqual(['+QREGSWT: 1']);
  });

  it('is refused when it holds a control character', async () => {
    const { engine, sent } = rig();
    expect(await codeOf(engine.sendLine('AT\rAT+NRB'))).toBe('AT_BAD_LINE');
    expect(sent).toEqual([]);
  });

  it('that closes the session ends it at OK, where the module tells no event', async () => {
    const { engine, observed } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
    await engine.sendLine('AT+MIPLCLOSE=0');
    expect([engine.registration.phase, observed()]).toEqual(['deregistered', []]);
    await engine.sendLine('AT+MIPLCLOSE=0');
    expect(engine.registration.phase).toBe('deregistered');
  });

  it('that closes the session waits for the event of a module that tells it', async () => {
    const { engine, say } = await registered();
    say('+MIPLEVENT:0,15');
    say('+MIPLEVENT:0,6');
    await engine.sendLine('AT+MIPLCLOSE=0');
    expect(engine.registration.phase).toBe('registered');
    say('+MIPLEVENT:0,15');
    expect(engine.registration.phase).toBe('deregistered');
    const cmcc = await registered({ dialect: 'cmcc' });
    await cmcc.engine.sendLine('AT+MIPLCLOSE=0');
    expect(cmcc.engine.registration.phase).toBe('registered');
  });

  it.each(['AT+MIPLDELETE=0', 'AT+MIPLDEL=0'])('that deletes the suite leaves none: %s', async (line) => {
    const { engine } = await registered();
    await engine.sendLine(line);
    expect(engine.registration).toEqual({ phase: 'idle' });
  });

  it('that is refused changes nothing', async () => {
    const { engine } = await registered({ reply: () => ['ERROR'] });
    expect(await codeOf(engine.sendLine('AT+MIPLDELETE=0'))).toBe('AT_ERROR');
    expect(engine.registration.phase).toBe('registered');
  });
});
