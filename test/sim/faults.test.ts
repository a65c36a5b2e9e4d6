import { expect, test } from 'vitest';
import { faultKinds, faultOfText } from '../../main/sim/faults.ts';
import { readName } from '../../main/sim/simulator.ts';
import { startBooted, startModule } from './moduleAndServer.ts';

function faults(...texts: string[]) {
  return texts.map(faultOfText);
}

test('a delay lets the same lines come later, in their order', async () => {
  const { host } = await startBooted({ faults: faults('delay=60') });
  const startedMs = performance.now();
  expect(await host.ask('AT+CGMM')).toEqual(['M5310', 'OK']);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(55);
});

test('a dropped OK is missing, the next one is there', async () => {
  const { host } = await startModule({ faults: faults('drop-ok=2') });
  await host.urc('OK');
  await host.send('AT+CGMM\r\n');
  expect(await host.urc('M5310')).toBe('M5310');
  expect(await host.ask('AT')).toEqual(['OK']);
  expect(host.urcs.left.filter((line) => line === 'OK')).toEqual([]);
});

test('garbling damages bytes but no line ends', async () => {
  const { host } = await startModule({ faults: faults('garble=3') });
  await host.send('AT\r\n');
  await expect.poll(() => host.received.length).toBeGreaterThan(36);
  expect(host.received).not.toContain('REBOOT_CAUSE_SECURITY_RESET_PIN');
  expect(host.received.startsWith('\r\n')).toBe(true);
});

test('a URC stands inside an answer', async () => {
  const { host } = await startModule({ faults: faults('urc-inside-answer') });
  await host.urc('OK');
  expect(await host.ask('AT+CGMM')).toEqual(['M5310', '+CSCON:0', 'OK']);
});

test('something is said twice', async () => {
  const { host } = await startModule({ faults: faults('repeat=1') });
  await host.urc('OK');
  await host.urc('OK');
  await host.send('AT+CGMM\r\n');
  for (const line of ['M5310', 'M5310', 'OK', 'OK']) expect(await host.urc(line)).toBe(line);
});

test('the module falls silent after so many lines', async () => {
  const { host } = await startBooted({ faults: faults('silent-after=2') });
  expect(await host.ask('AT')).toEqual(['OK']);
  expect(await host.ask('AT')).toEqual(['OK']);
  const before = host.received;
  await host.send('AT\r\nAT\r\n');
  await new Promise((resolve) => setImmediate(resolve));
  expect(host.received).toBe(before);
});

test('the module restarts in place of an answer, once', async () => {
  const { host } = await startBooted({ faults: faults('reboot-after=2') });
  expect(await host.ask('AT+CGMM')).toEqual(['M5310', 'OK']);
  await host.send('AT+CGMM\r\n');
  expect(await host.urcs.next('the banner')).toBe('REBOOT_CAUSE_APPLICATION_AT');
  await host.urc('OK');
  expect(await host.ask('AT+CGMM')).toEqual(['M5310', 'OK']);
});

test('the cable is pulled: the host’s link ends with a reason', async () => {
  const { module, host } = await startBooted({ faults: faults('unplug-after=1') });
  const ended = new Promise<Error | undefined>((resolve) => {
    module.link.onClose = resolve;
  });
  await host.send('AT\r\n');
  expect(await ended).toMatchObject({ code: 'PORT_LOST' });
});

test('faults can be had together', async () => {
  const { host } = await startModule({ faults: faults('delay=5', 'urc-inside-answer=1') });
  await host.urc('OK');
  expect(await host.ask('AT+CGMM')).toEqual(['M5310', '+CSCON:0', 'OK']);
});

test.each(['nonsense', 'toString', ''])('%s is no fault: which there are is said', (text) => {
  expect(() => faultOfText(text)).toThrow(/^No fault .* there is: delay, late-ok, /);
});

test.each(['delay=', 'delay=abc', 'delay=-1', 'delay=0', 'delay=1.5', 'delay=600001', 'delay=1e5', 'delay=5=5'])(
  '%s is out of the range, which is said',
  (text) => {
    expect(() => faultOfText(text)).toThrow('delay is a number from 1 to 600000');
  },
);

test('a name carries faults of the line and of the site', () => {
  expect(readName('m5310-seed?fault=no-sim&fault=late-ok=4000')).toMatchObject({
    profile: { site: { card: 'missing' } },
    faults: [expect.any(Function)],
  });
  expect(() => readName('m5310-seed?fault=nonsense')).toThrow(/"nonsense" is none of delay, .*no-sim/);
  expect(() => readName('m5310-seed?fault=delay=0')).toThrow('delay is a number from 1 to 600000');
});

test('every fault works without a value', () => {
  for (const name of Object.keys(faultKinds)) expect(faultOfText(name)).toBeTypeOf('function');
});
