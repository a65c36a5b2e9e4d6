import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../renderer/i18n/texts.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { connect, logRow, part, stateOf, until } from './screen.ts';

/** Chapter 2 of the document on the screen: a technician proves UDP. The tests build on each other, in this order. */

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await part(started.page, 'nav-udp').click();
});
afterAll(() => started?.close());

const at = (name: string) => part(started.page, name);
const text = (name: string) => at(name).textContent();

describe('before a module is connected', () => {
  it('says what must happen first', async () => {
    await until(() => text('udp-send')).toContain(en.udp.no.link.reason);
    expect(await text('udp-open')).toContain(en.udp.no.link.reason);
    expect(await text('udp-echo-start')).toContain(en.udp.no.link.reason);
    expect(await text('udp-facts')).toContain(en.udp.no.link.advice);
    await at('udp-send').click({ force: true });
    expect((await stateOf(started.page)).datagrams).toEqual({});
  });

  it('aims at the test server of the document', async () => {
    expect([await at('udp-address').inputValue(), await at('udp-port').inputValue()]).toEqual([
      '183.230.40.150',
      '36000',
    ]);
  });
});

describe('with the virtual module', () => {
  it('opens a socket', async () => {
    await connect(started.page);
    await until(() => text('udp-send')).toContain(en.udp.no.socket.reason);
    await at('udp-open').click();
    await until(() => at('udp-socket-0').getAttribute('data-open')).toBe('true');
    expect(await text('udp-socket-0')).toContain(en.udp.socket.anyPort);
  });

  it('sends ten bytes to the test server, and reads what it answers', async () => {
    await at('udp-aim-document').click();
    await at('udp-format-hex').click();
    await at('udp-payload').fill('30 31 32 33 34 35 36 37 38 3');
    await until(() => text('udp-send')).toContain(en.udp.no.oddHex.reason);
    await at('udp-payload').fill('30 31 32 33 34 35 36 37 38 39');
    await at('udp-sequence').fill('12');
    await at('udp-payload').press('Control+Enter');
    const sent = started.page.locator('[data-direction="out"]');
    const received = started.page.locator('[data-direction="in"]');
    await until(() => received.count()).toBe(1);
    expect(await received.textContent()).toContain('[117.169.36.15:2179]0123456789');
    expect(await received.textContent()).toContain('183.230.40.150:36000');
    await until(() => sent.getAttribute('data-status')).toBe('sent');
    await at('udp-sequence').fill('');
  });

  it('runs an echo test against the echo server of the virtual module, with loss and round trips', async () => {
    await at('udp-aim-simulated').click();
    const { simulator } = await stateOf(started.page);
    await until(async () => `${await at('udp-address').inputValue()}:${await at('udp-port').inputValue()}`).toBe(
      simulator?.echo,
    );
    await at('udp-echo-count').fill('8');
    await at('udp-echo-intervalMs').fill('20');
    await at('udp-echo-start').click();
    await until(() => at('udp-echo').getAttribute('data-phase')).toBe('done');
    expect(await text('udp-echo-loss')).toBe('0 %');
    for (const name of ['p50', 'p95', 'worst']) expect(await text(`udp-echo-${name}`)).toMatch(/^(<1|\d+) ms$/);
    expect(await text('udp-echo-progress')).toContain('8 / 8');
    expect(await text('udp-echo-line')).toContain('8 sent, 8 answered, 0 lost');
    expect(await at('udp-chart').locator('.answered').count()).toBe(8);
    expect((await stateOf(started.page)).udp.echo.figures).toMatchObject({ sent: 8, answered: 8, lost: 0 });
  });

  it('finds the loss where nobody answers, and can be stopped', async () => {
    // A port that was never anybody's: the discard service.
    await at('udp-port').fill('9');
    await at('udp-echo-count').fill('2');
    await at('udp-echo-timeoutMs').fill('1000');
    await at('udp-echo-start').click();
    await until(() => text('udp-echo-line')).toContain(':9: 2 sent, 0 answered, 2 lost');
    await until(() => at('udp-echo').getAttribute('data-phase')).toBe('done');
    expect(await text('udp-echo-loss')).toBe('100 %');
    expect(await at('udp-chart').locator('.lost').count()).toBe(2);
    await at('udp-echo-count').fill('1000');
    await at('udp-echo-start').click();
    await until(() => at('udp-echo-stop').count()).toBe(1);
    await at('udp-echo-stop').click();
    await until(() => at('udp-echo').getAttribute('data-phase')).toBe('stopped');
  });

  it('keeps what was typed while another page is shown, where the log has every line', async () => {
    await at('nav-workbench').click();
    await until(() => logRow(started.page, 'AT+NSOST=0,').count()).toBeGreaterThan(0);
    await at('nav-udp').click();
    expect(await at('udp-payload').inputValue()).toBe('30 31 32 33 34 35 36 37 38 39');
  });

  it('answers the platform all the while', async () => {
    expect((await stateOf(started.page)).answerTimes).toMatchObject({ lateCount: 0 });
  });

  it('closes the socket', async () => {
    await at('udp-close-0').click();
    await until(() => at('udp-socket-0').getAttribute('data-open')).toBe('false');
    expect(await text('udp-socket-0')).toContain(en.udp.ended.closed);
  });

  it('says that sockets are gone after the connection ended', async () => {
    await at('udp-open').click();
    await until(() => at('udp-socket-0').getAttribute('data-open')).toBe('true');
    await at('disconnect-button').click();
    await until(() => text('udp-socket-0')).toContain(en.udp.ended.disconnected);
    await until(() => text('udp-open')).toContain(en.udp.no.link.reason);
  });

  it('leaves the console of the window clean', () => {
    expect(started.complaints).toEqual([]);
  });
});
