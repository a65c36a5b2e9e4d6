import { defined } from '../../shared/defined.ts';
import type { UdpDatagram } from '../../shared/udp.ts';

/** Longest text of a damaged datagram that is kept for the screen; the whole line is in the log. */
const keptText = 3000;

/** The bytes as text, when a person could read them: UTF-8 without control characters but tab and line ends. */
export function printableText(hex: string): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(hex, 'hex'));
  } catch {
    return undefined;
  }
  return text === '' || /[^\P{C}\t\r\n]/u.test(text) ? undefined : text;
}

/** What of a datagram follows from its bytes. */
export type DatagramContent = Pick<UdpDatagram, 'length' | 'hex' | 'text' | 'problem'>;

/** Reads data as a module prints it. What is no hex, or not as long as the module says, is kept as it is and marked. */
export function readData(data: string, length: number): DatagramContent {
  if (!/^([0-9a-f]{2})*$/i.test(data)) return { length, hex: data.slice(0, keptText), problem: 'notHex' };
  const hex = data.toUpperCase();
  const text = printableText(hex);
  const content = { length, hex: hex.slice(0, keptText), ...defined({ text }) };
  return hex.length === 2 * length ? content : { ...content, problem: 'wrongLength' };
}
