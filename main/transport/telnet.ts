/** Bytes of the telnet protocol, RFC 854 (page 14). */
export const telnetBytes = {
  subnegotiationEnd: 240,
  subnegotiation: 250,
  will: 251,
  wont: 252,
  do: 253,
  dont: 254,
  /** Interpret as command: what follows is no data, and a data byte of this value is sent twice. */
  escape: 255,
} as const;

/** Numbers of the options we know: RFC 856, 857, 858, 2217. */
export const telnetOptions = { binary: 0, echo: 1, suppressGoAhead: 3, comPort: 44 } as const;

export const negotiationVerbs = ['will', 'wont', 'do', 'dont'] as const;
export type NegotiationVerb = (typeof negotiationVerbs)[number];

/** One thing the far end said. */
export type TelnetEvent =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'negotiation'; readonly verb: NegotiationVerb; readonly option: number }
  | { readonly type: 'subnegotiation'; readonly option: number; readonly bytes: Uint8Array }
  /** A subnegotiation passed {@link longestSubnegotiation}: nobody means that. */
  | { readonly type: 'endless' };

/** Longest subnegotiation that is kept, in bytes; those of RFC 2217 have 5, a signature some dozens. */
export const longestSubnegotiation = 4096;

const { subnegotiationEnd, subnegotiation, will, dont, escape } = telnetBytes;
const carriageReturn = 13;

type ReaderState = 'data' | 'command' | 'option' | 'inside' | 'insideCommand';

/**
 * Splits what a telnet peer sends into data and commands; bytes may be cut anywhere. Commands without a parameter (NOP,
 * go ahead, break …) say nothing to a serial line and fall away.
 */
export class TelnetReader {
  /** Off, a NUL after CR is no data (RFC 854, page 11); on, every byte is (RFC 856). */
  isBinary = false;
  #state: ReaderState = 'data';
  #verb: NegotiationVerb = 'will';
  #inside: number[] = [];
  #isAfterReturn = false;

  /**
   * What these bytes say, in order; data in as few pieces as may be. One thing at a time: what the reader of the events
   * makes of one ({@link isBinary}) holds for the bytes after it.
   */
  *push(bytes: Uint8Array): Generator<TelnetEvent> {
    let data: number[] = [];
    for (const byte of bytes) {
      if (this.#state === 'data' && byte !== escape) {
        if (this.#isData(byte)) data.push(byte);
        continue;
      }
      const event = this.#control(byte);
      if (event === 'data') {
        this.#isAfterReturn = false;
        data.push(byte);
      } else if (event) {
        if (data.length > 0) yield { type: 'data', bytes: Uint8Array.from(data) };
        data = [];
        yield event;
      }
    }
    if (data.length > 0) yield { type: 'data', bytes: Uint8Array.from(data) };
  }

  #isData(byte: number): boolean {
    const isPadding = byte === 0 && this.#isAfterReturn && !this.isBinary;
    this.#isAfterReturn = byte === carriageReturn;
    return !isPadding;
  }

  /** A byte outside plain data; `data` when it is an escaped data byte after all. */
  #control(byte: number): TelnetEvent | 'data' | undefined {
    switch (this.#state) {
      case 'data':
        this.#state = 'command';
        return undefined;
      case 'command':
        return this.#command(byte);
      case 'option':
        this.#state = 'data';
        return { type: 'negotiation', verb: this.#verb, option: byte };
      case 'inside':
        if (byte === escape) this.#state = 'insideCommand';
        else return this.#keep(byte);
        return undefined;
      case 'insideCommand':
        if (byte === escape) {
          this.#state = 'inside';
          return this.#keep(byte);
        }
        return this.#endInside(byte);
    }
  }

  #command(byte: number): 'data' | undefined {
    if (byte === escape) {
      this.#state = 'data';
      return 'data';
    }
    if (byte >= will && byte <= dont) {
      this.#state = 'option';
      this.#verb = negotiationVerbs[byte - will] ?? 'dont';
    } else if (byte === subnegotiation) {
      this.#state = 'inside';
      this.#inside = [];
    } else this.#state = 'data';
    return undefined;
  }

  #keep(byte: number): TelnetEvent | undefined {
    this.#inside.push(byte);
    if (this.#inside.length <= longestSubnegotiation) return undefined;
    this.#inside = [];
    this.#state = 'data';
    return { type: 'endless' };
  }

  #endInside(byte: number): TelnetEvent | undefined {
    const [option, ...content] = this.#inside;
    this.#inside = [];
    if (byte !== subnegotiationEnd) {
      // Another command in the middle: the end was lost, what was begun is worth nothing, the command counts.
      this.#command(byte);
      return undefined;
    }
    this.#state = 'data';
    return option === undefined ? undefined : { type: 'subnegotiation', option, bytes: Uint8Array.from(content) };
  }
}

/**
 * Data as a telnet peer must get it: 255 twice and, where the peer did not agree to binary, NUL after a CR that no LF
 * follows (RFC 854, page 11).
 */
export function escapeTelnet(bytes: Uint8Array, isBinary: boolean): Uint8Array {
  const out: number[] = [];
  bytes.forEach((byte, index) => {
    out.push(byte);
    if (byte === escape) out.push(escape);
    if (byte === carriageReturn && !isBinary && bytes[index + 1] !== 10) out.push(0);
  });
  return Uint8Array.from(out);
}

/** A negotiation command. */
export function negotiation(verb: NegotiationVerb, option: number): Uint8Array {
  return Uint8Array.of(escape, telnetBytes[verb], option);
}

/** A subnegotiation with its content escaped. */
export function subnegotiationOf(option: number, content: Uint8Array): Uint8Array {
  const inner = escapeTelnet(content, true);
  return Uint8Array.of(escape, subnegotiation, option, ...inner, escape, subnegotiationEnd);
}

/** True when bytes begin with a negotiation, which no module says: 255, a verb, an option that is assigned (RFC 855). */
export function beginsWithTelnet(bytes: Uint8Array): boolean {
  const [first = 0, verb = 0, option] = bytes;
  return first === escape && verb >= will && verb <= dont && option !== undefined && option < 128;
}

/** The data in bytes of a peer that may speak telnet, its commands taken out. */
export function withoutTelnet(bytes: Uint8Array): Uint8Array {
  const events = [...new TelnetReader().push(bytes)];
  return Uint8Array.from(events.flatMap((event) => (event.type === 'data' ? [...event.bytes] : [])));
}
