import { openFloodingModule } from './floodingModule.ts';

/**
 * A flooding module in a process of its own, as a module is a device of its own: what it is late with is not the program's
 * fault. Tells by the channel to its parent the port it listens at, then of each flood or day it is told to make the moment each read
 * was asked and how long its answer took, both by the clock here.
 */
export interface ModuleOrder {
  /** Which of the two a flooding module does. */
  readonly what: 'flood' | 'day';
  readonly requests: number;
  readonly perSecond: number;
}

/** Of each read in turn: milliseconds of the monotonic clock, and from its bytes handed to the system to those of its answer. */
export interface AnswerTime {
  readonly askedMs: number;
  readonly tookMs: number;
}

export type ModuleWord =
  { readonly port: number } | { readonly isConnected: true } | { readonly answers: AnswerTime[] };

const tell = (word: ModuleWord): void => void process.send?.(word);
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const asked = new Map<number, number>();
let answers: AnswerTime[] = [];
const module = await openFloodingModule({
  onAsked: (msgId) => asked.set(msgId, nowMs()),
  onAnswered(msgId) {
    const askedMs = asked.get(msgId);
    if (askedMs !== undefined) answers.push({ askedMs, tookMs: nowMs() - askedMs });
  },
});
process.on('message', ({ what, requests, perSecond }: ModuleOrder) => {
  answers = [];
  void module[what](requests, perSecond).then(() => tell({ answers }));
});
process.on('disconnect', () => void module.close().then(() => process.exit()));
tell({ port: module.port });
await module.isConnected;
tell({ isConnected: true });
