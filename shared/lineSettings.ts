import { object, truth, word } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** What ends a command line. CR is what V.250 §6.2.1 has; CR LF serves modules that want either of them. */
export const lineEndings = ['CR', 'LF', 'CRLF'] as const;
export type LineEnding = (typeof lineEndings)[number];

/** The characters of each. */
export const lineEndText: Readonly<Record<LineEnding, string>> = { CR: '\r', LF: '\n', CRLF: '\r\n' };

/** How the line to a module is set, beside its baud rate. */
export const lineSettingsSchema = object({
  lineEnding: word(lineEndings),
  /** A character of AT has seven bits at least. */
  dataBits: word([7, 8]),
  parity: word(['none', 'even', 'odd']),
  stopBits: word([1, 2]),
  /** Levels of the two lines that we drive (V.24 circuits 108 and 105) while the port is open. */
  dtr: truth,
  rts: truth,
});
export type LineSettings = ValueOf<typeof lineSettingsSchema>;

/** The part that the port has, not the text on it. */
export type PortLine = Omit<LineSettings, 'lineEnding'>;

/** Any of it, and the baud rate. */
export type LineChange = Partial<LineSettings> & { readonly baudRate?: number };

/** Lines of them whose fall says that a module is without power, in node-serialport's names. */
export const modemLineNames = ['cts', 'dsr', 'dcd'] as const;
export type ModemLineName = (typeof modemLineNames)[number];

/** What a module that nobody knows is spoken to with: 8N1, both lines on as the system does by itself. */
export const usualLine: LineSettings = {
  lineEnding: 'CRLF',
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  dtr: true,
  rts: true,
};

/** Lines that the far end drives (V.24 circuits 106, 107, 109, 125). `ri` only where the system or the server tells it. */
export interface ModemLines {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dcd: boolean;
  readonly ri?: boolean;
}

const parityLetters = { none: 'N', even: 'E', odd: 'O' } as const;

/** The frame of a character as people write it: `8N1`. */
export function frameName({
  dataBits,
  parity,
  stopBits,
}: Pick<LineSettings, 'dataBits' | 'parity' | 'stopBits'>): string {
  return `${dataBits}${parityLetters[parity]}${stopBits}`;
}

/** All frames there are, the usual one first. */
export const frames: readonly Pick<LineSettings, 'dataBits' | 'parity' | 'stopBits'>[] = ([8, 7] as const).flatMap(
  (dataBits) =>
    (['none', 'even', 'odd'] as const).flatMap((parity) =>
      ([1, 2] as const).map((stopBits) => ({ dataBits, parity, stopBits })),
    ),
);

/** Reads `8N1`; undefined when it is no frame of {@link frames}. */
export function readFrame(text: string): (typeof frames)[number] | undefined {
  return frames.find((frame) => frameName(frame) === text.trim().toUpperCase());
}

/** A line in one row, as log and journal name it: `115200 8N1, CRLF, DTR on, RTS off`. */
export function lineText(line: LineSettings, baudRate: number | undefined, isPort: boolean): string {
  const level = (isOn: boolean): string => (isOn ? 'on' : 'off');
  if (!isPort) return line.lineEnding;
  const { lineEnding, dtr, rts } = line;
  return `${baudRate ?? ''} ${frameName(line)}, ${lineEnding}, DTR ${level(dtr)}, RTS ${level(rts)}`.trim();
}
