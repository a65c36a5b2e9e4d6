import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negotiation, negotiationVerbs } from '../../main/transport/telnet.ts';
import { TelnetOptions, mostAnswers } from '../../main/transport/telnetOptions.ts';

const wanted = { ours: [3, 0], theirs: [3, 0] };
const fresh = (): TelnetOptions => new TelnetOptions(wanted, { ours: [], theirs: [1] });

describe('the options of a telnet connection', () => {
  it('are asked for once, and hold when the peer agrees', () => {
    const options = fresh();
    expect(options.start()).toEqual([
      negotiation('will', 3),
      negotiation('will', 0),
      negotiation('do', 3),
      negotiation('do', 0),
    ]);
    expect(options.isSettled).toBe(false);
    for (const [verb, option] of [
      ['do', 3],
      ['dont', 0],
      ['will', 3],
      ['will', 0],
    ] as const)
      expect(options.receive(verb, option)).toBeUndefined();
    expect(options.isSettled).toBe(true);
    expect([options.isOn('ours', 3), options.isOn('ours', 0), options.isOn('theirs', 0)]).toEqual([true, false, true]);
  });

  it('are granted where they are wanted or allowed, refused otherwise', () => {
    const options = fresh();
    expect(options.receive('will', 1)).toEqual(negotiation('do', 1));
    expect(options.receive('do', 0)).toEqual(negotiation('will', 0));
    expect(options.receive('do', 24)).toEqual(negotiation('wont', 24));
    expect(options.receive('will', 255)).toEqual(negotiation('dont', 255));
    expect(options.receive('do', 1)).toEqual(negotiation('wont', 1));
  });

  it('are given up when the peer takes them back, and that is confirmed', () => {
    const options = fresh();
    options.receive('will', 0);
    expect(options.receive('wont', 0)).toEqual(negotiation('dont', 0));
    expect(options.isOn('theirs', 0)).toBe(false);
    options.receive('do', 0);
    expect(options.receive('dont', 0)).toEqual(negotiation('wont', 0));
  });

  it('need no answer when nothing changes', () => {
    const options = fresh();
    options.receive('will', 0);
    expect(options.receive('will', 0)).toBeUndefined();
    expect(options.receive('wont', 77)).toBeUndefined();
    expect(options.receive('dont', 77)).toBeUndefined();
  });

  it('of two ends that want different things settle without going on for ever', () => {
    const anyOptions = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 8 });
    const end = fc.record({ ours: anyOptions, theirs: anyOptions });
    fc.assert(
      fc.property(end, end, end, end, (wantedHere, allowedHere, wantedThere, allowedThere) => {
        const ends = [
          new TelnetOptions(wantedHere, allowedHere),
          new TelnetOptions(wantedThere, allowedThere),
        ] as const;
        let toOther = ends.map((one) => one.start());
        let rounds = 0;
        while (toOther.some((messages) => messages.length > 0)) {
          rounds++;
          expect(rounds).toBeLessThan(6);
          const [fromHere = [], fromThere = []] = toOther;
          const hear = (one: TelnetOptions, messages: readonly Uint8Array[]): Uint8Array[] =>
            messages
              .map(([, verb = 251, option = 0]) => one.receive(negotiationVerbs[verb - 251] ?? 'will', option))
              .filter((answer) => answer !== undefined);
          toOther = [hear(ends[0], fromThere), hear(ends[1], fromHere)];
        }
        // Both know the same of each option: what one does, the other has agreed to.
        for (let option = 0; option < 256; option++) {
          expect(ends[0].isOn('ours', option)).toBe(ends[1].isOn('theirs', option));
          expect(ends[0].isOn('theirs', option)).toBe(ends[1].isOn('ours', option));
        }
        expect(ends.map((one) => one.isSettled)).toEqual([true, true]);
      }),
    );
  });

  it('are answered at most so many times, whatever a peer storms', () => {
    const verbs = fc.constantFrom(...negotiationVerbs);
    fc.assert(
      fc.property(fc.array(fc.tuple(verbs, fc.integer({ min: 0, max: 255 })), { maxLength: 40 }), (said) => {
        const options = fresh();
        const answers = said.filter(([verb, option]) => options.receive(verb, option));
        expect(answers.length).toBeLessThanOrEqual(said.length);
      }),
    );
    const options = fresh();
    let answers = 0;
    for (let time = 0; time < 100_000; time++) if (options.receive('do', 24)) answers++;
    expect(answers).toBe(mostAnswers);
  });
});
