import { readFileSync } from 'node:fs';

/** One step of the captured session, in the order of the capture. */
export type GoldenStep =
  | { readonly kind: 'at'; readonly from: 'host' | 'module'; readonly line: string }
  | { readonly kind: 'config'; readonly hex: string }
  | {
      readonly kind: 'datagram';
      readonly from: 'module' | 'server';
      readonly bytes: Uint8Array;
      /** What a decoder of somebody else made of it: `ACK 2.05 mid=64422 tok=… CF=40 | 147B …`. */
      readonly decoded: string;
    };

/** Bytes of a hex text. */
export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** Hex text of bytes, lower case. */
export function hexOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function parseStep(line: string, next: string): GoldenStep {
  const match = /^(host>module|module>host|module>server|server>module|module config) +(.*)$/.exec(line);
  const text = match?.[2] ?? '';
  switch (match?.[1]) {
    case 'host>module':
      return { kind: 'at', from: 'host', line: text };
    case 'module>host':
      return { kind: 'at', from: 'module', line: text };
    case 'module config':
      return { kind: 'config', hex: text };
    case 'module>server':
      return { kind: 'datagram', from: 'module', bytes: bytesOfHex(text), decoded: next.replace(/^ *= */, '') };
    case 'server>module':
      return { kind: 'datagram', from: 'server', bytes: bytesOfHex(text), decoded: next.replace(/^ *= */, '') };
    default:
      throw new Error(`Not a line of the capture: ${line}`);
  }
}

/** Reads the captured CIS session, see the head of test/golden/cis-leshan.txt for what it is. */
export function readGoldenSession(): GoldenStep[] {
  const text = readFileSync(new URL('golden/cis-leshan.txt', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.flatMap((line, index) => (line.startsWith(' ') ? [] : [parseStep(line, lines[index + 1] ?? '')]));
}

/** The datagrams of the capture alone. */
export function goldenDatagrams(): Extract<GoldenStep, { kind: 'datagram' }>[] {
  return readGoldenSession().filter((step) => step.kind === 'datagram');
}
