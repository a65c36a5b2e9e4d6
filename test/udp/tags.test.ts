import { expect, it } from 'vitest';
import type { CommandOrder } from '../../main/mipl/commandOrder.ts';
import { messageTable, urcIn } from '../../main/mipl/messageTable.ts';
import { UdpTool } from '../../main/udp/udpTool.ts';
import type { LineTag } from '../../shared/log.ts';
import type { UdpDatagram } from '../../shared/udp.ts';

/** The tool on a module that takes every command; socket 0 is open. */
async function opened() {
  const orders: (readonly [name: string, tag: LineTag | undefined])[] = [];
  const datagrams: UdpDatagram[] = [];
  const tool = new UdpTool(
    (spec, _params, order?: CommandOrder) => {
      orders.push([spec.name, order?.tag]);
      return Promise.resolve(spec.name === '+NSOCR' ? [{ socket: 0 }] : []) as never;
    },
    { onState: () => undefined, onDatagram: (datagram) => datagrams.push(datagram) },
  );
  await tool.open({ port: 0, report: 1 });
  /** What a line belongs to, and then what comes of it. */
  const hear = (text: string): LineTag | undefined => {
    const urc = urcIn(messageTable.line(text).read(undefined));
    const tag = urc && tool.tagOf(urc);
    if (urc) tool.receive(urc);
    return tag;
  };
  return { tool, orders, datagrams, hear };
}

it('the lines of a datagram are its command, and the report of what became of it', async () => {
  const { tool, orders, hear } = await opened();
  const { id } = await tool.send({ socket: 0, address: '10.0.0.1', port: 7, hex: '0102', sequence: 9 });
  expect(orders).toEqual([
    ['+NSOCR', { task: 'udp' }],
    ['+NSOST', { datagram: id }],
  ]);
  expect(hear('+NSOSTR:0,9,1')).toEqual({ datagram: id });
  expect(hear('+NSOSTR:0,9,1')).toEqual({ task: 'udp' });
});

it('a line that brings a datagram belongs to it; one that only tells of it, or of the socket, to the sockets', async () => {
  const { datagrams, hear, orders } = await opened();
  expect(hear('+NSORF:0,10.0.0.1,7,2,0102,0')).toEqual({ datagram: datagrams.at(-1)?.id });
  expect(hear('+NSONMI:0,10.0.0.1,7,2,0304')).toEqual({ datagram: datagrams.at(-1)?.id });
  expect(hear('+NSONMI:0,2')).toEqual({ task: 'udp' });
  expect(hear('+NSOCLI:0')).toEqual({ task: 'udp' });
  expect(hear('+CSCON:1')).toBeUndefined();
  await Promise.resolve();
  expect(orders.filter(([name]) => name === '+NSORF')).toEqual([['+NSORF', { task: 'udp' }]]);
});
