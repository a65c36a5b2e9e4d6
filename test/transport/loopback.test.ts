import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loopback } from '../../main/transport/loopback.ts';

describe('loopback', () => {
  it('carries bytes both ways, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.uint8Array())), async (writes) => {
        const [left, right] = loopback();
        const heard: { left: Buffer[]; right: Buffer[] } = { left: [], right: [] };
        left.onData = (bytes) => heard.left.push(Buffer.from(bytes));
        right.onData = (bytes) => heard.right.push(Buffer.from(bytes));
        await Promise.all(writes.map(([fromLeft, bytes]) => (fromLeft ? left : right).write(bytes)));
        const said = (fromLeft: boolean) =>
          Buffer.concat(writes.filter(([side]) => side === fromLeft).map(([, bytes]) => bytes));
        expect(Buffer.concat(heard.right)).toEqual(said(true));
        expect(Buffer.concat(heard.left)).toEqual(said(false));
      }),
    );
  });

  it('delivers after the write call has returned', async () => {
    const [left, right] = loopback();
    const order: string[] = [];
    right.onData = () => order.push('data');
    const written = left.write(Buffer.from('x'));
    order.push('returned');
    await written;
    expect(order).toEqual(['returned', 'data']);
  });

  it('delivers a copy', async () => {
    const [left, right] = loopback();
    const bytes = Buffer.from('before');
    const written = left.write(bytes);
    bytes.write('after!');
    await written;
    const heard: string[] = [];
    right.onData = (chunk) => heard.push(Buffer.from(chunk).toString());
    expect(heard).toEqual(['before']);
  });

  it('ends the other end with PORT_LOST, after what was written before', async () => {
    const [left, right] = loopback();
    const heard: unknown[] = [];
    right.onData = (bytes) => heard.push(Buffer.from(bytes).toString());
    right.onClose = (reason) => heard.push(reason);
    void left.write(Buffer.from('last words'));
    await left.close();
    expect(heard).toEqual(['last words', expect.objectContaining({ code: 'PORT_LOST' })]);
  });

  it('ends the closed end without reason', async () => {
    const [left, right] = loopback();
    const heard: unknown[][] = [];
    left.onClose = (...reason) => heard.push(reason);
    await left.close();
    await right.close();
    expect(heard).toEqual([[]]);
  });
});
