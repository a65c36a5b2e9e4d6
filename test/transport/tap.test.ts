import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { loopback } from '../../main/transport/loopback.ts';
import { tap } from '../../main/transport/tap.ts';

function tapped() {
  const [near, far] = loopback();
  const log: string[] = [];
  const times: { monotonicNs: bigint; wallMs: number }[] = [];
  const link = tap(near, {
    onBytes(direction, bytes, monotonicNs, wallMs) {
      log.push(`${direction} ${Buffer.from(bytes).toString()}`);
      times.push({ monotonicNs, wallMs });
    },
  });
  return { link, far, log, times };
}

describe('tap', () => {
  it('reports bytes both ways before anybody else sees them', async () => {
    const { link, far, log } = tapped();
    link.onData = (bytes) => log.push(`heard ${Buffer.from(bytes).toString()}`);
    far.onData = () => void far.write(Buffer.from('OK'));
    await link.write(Buffer.from('AT'));
    await Promise.resolve();
    expect(log).toEqual(['out AT', 'in OK', 'heard OK']);
  });

  it('reports bytes nobody listens to yet, and keeps them', async () => {
    const { link, far, log } = tapped();
    await far.write(Buffer.from('boot'));
    expect(log).toEqual(['in boot']);
    link.onData = (bytes) => log.push(`heard ${Buffer.from(bytes).toString()}`);
    expect(log).toEqual(['in boot', 'heard boot']);
  });

  it('stamps with both clocks', async () => {
    const before = process.hrtime.bigint();
    const { link, times } = tapped();
    await link.write(Buffer.from('x'));
    expect(times[0]?.monotonicNs).toBeGreaterThan(before);
    expect(Math.abs(Number(times[0]?.wallMs) - Date.now())).toBeLessThan(10_000);
  });

  it('hands the end on with its reason', async () => {
    const { link, far } = tapped();
    const heard: unknown[] = [];
    link.onClose = (reason) => heard.push(reason);
    await far.close();
    expect(heard).toEqual([expect.objectContaining({ code: 'PORT_LOST' })]);
  });

  it('closes the link below', async () => {
    const { link, far } = tapped();
    const heard: unknown[] = [];
    far.onClose = (reason) => heard.push(reason);
    await link.close();
    expect(heard).toHaveLength(1);
  });

  it('reports nothing that was not sent', async () => {
    const { link, log } = tapped();
    await link.close();
    await expect(link.write(Buffer.from('AT'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
    expect(log).toEqual([]);
  });
});
