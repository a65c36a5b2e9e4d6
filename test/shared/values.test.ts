import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import type { ResourceType } from '../../shared/lwm2m.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { MAX_PAYLOAD_BYTES, checkOutgoing, checkValue, payloadBytes, utf8Length } from '../../shared/values.ts';
import type { ValueRule } from '../../shared/values.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { generatorOf } from '../../main/lwm2m/generators.ts';
import { cis } from '../../main/mipl/dialects.ts';
import { prepareNotification } from '../../main/mipl/notifications.ts';
import { checkTyped, composerVerdict } from '../../renderer/objects/composer.ts';
import { modelOf } from '../mipl/rig.ts';
import { anyText } from '../anyText.ts';

const starts = {
  string: '',
  integer: '0',
  float: '0',
  boolean: '0',
  opaque: '',
  time: '0',
  objlnk: '0:0',
} as const;
type ValueType = keyof typeof starts;
const types = Object.keys(starts) as ValueType[];
const pathOf = (type: ValueType): string => `/3200/0/${5500 + types.indexOf(type)}`;
const model = modelOf(Object.fromEntries(types.map((type) => [pathOf(type), [type, 'RW', starts[type]] as const])));

const isTaken = (call: () => unknown): boolean => {
  try {
    call();
    return true;
  } catch (error) {
    if (error instanceof CodedError) return false;
    throw error;
  }
};

/** What each place says to a text: what it would send and how long, or that it refuses. */
function verdicts(type: ValueType, text: string, observed: string) {
  const path = pathOf(type);
  const store = new ObjectStore(model);
  const observations = [{ path: observed, msgId: 7, sinceMs: 0 }];
  const page = composerVerdict(
    {
      ...initialDeviceState(),
      objects: store.view(),
      observations,
      connection: { phase: 'ready' },
      registration: { phase: 'registered' },
    },
    path,
    text,
  );
  const main = (): string =>
    prepareNotification(
      { path, value: text },
      { store, registration: { phase: 'registered', ref: 0 }, observations, dialect: cis },
    ).line;
  const pageBytes = page.allowed ? page.value.bytes : 'refused';
  const lineBytes = isTaken(main) ? Number(main().split(',')[6]) : 'refused';
  return {
    composer: pageBytes,
    line: lineBytes,
    tree: checkTyped(type, text).ok,
    store: isTaken(() => store.write(path, text, { by: 'person' })),
    generator: isTaken(() => generatorOf({ kind: 'constant', everySeconds: 1, value: text }, type)),
  };
}

/** By type and text: the bytes the line counts, or the rule that is broken. */
const table: readonly (readonly [ValueType, string, number | ValueRule])[] = [
  ['integer', '22', 4],
  ['integer', '+5', 4],
  ['integer', ' 0042 ', 4],
  ['integer', '-0', 4],
  ['integer', '-32768', 4],
  ['integer', '2147483647', 4],
  ['integer', '2147483648', 8],
  ['integer', '-2147483648', 4],
  ['integer', '-2147483649', 8],
  ['integer', '9223372036854775807', 8],
  ['integer', '-9223372036854775808', 8],
  ['integer', '9223372036854775808', 'outOfRange'],
  ['integer', '-9223372036854775809', 'outOfRange'],
  ['integer', '1'.repeat(1000), 'outOfRange'],
  ['integer', '', 'empty'],
  ['integer', '  ', 'empty'],
  ['integer', '1.0', 'wrongType'],
  ['integer', '1e3', 'wrongType'],
  ['integer', '0x10', 'wrongType'],
  ['integer', '１', 'wrongType'],
  ['integer', '+', 'wrongType'],
  ['integer', '1\t', 4],
  ['integer', '1\n2', 'wrongType'],
  ['time', '1700000000', 4],
  ['time', '+4102444800', 8],
  ['time', 'now', 'wrongType'],
  ['time', '9223372036854775808', 'outOfRange'],
  ['float', '20.123', 4],
  ['float', '20.1234567', 8],
  ['float', '0.0', 4],
  ['float', '1.', 4],
  ['float', '-.5', 4],
  ['float', '+.5e-3', 4],
  ['float', '123456.789', 8],
  ['float', '1e300', 8],
  ['float', '1e999', 'outOfRange'],
  ['float', '1,5', 'wrongType'],
  ['float', 'NaN', 'wrongType'],
  ['float', 'Infinity', 'wrongType'],
  ['float', '.', 'wrongType'],
  ['float', '', 'empty'],
  ['float', `0.${'0'.repeat(478)}`, 4],
  ['float', `0.${'0'.repeat(479)}`, 'tooLong'],
  ['boolean', '0', 1],
  ['boolean', 'true', 1],
  ['boolean', 'FALSE', 1],
  ['boolean', ' 1 ', 1],
  ['boolean', '2', 'wrongType'],
  ['boolean', 'yes', 'wrongType'],
  ['boolean', '', 'empty'],
  ['opaque', '', 0],
  ['opaque', '00fF', 2],
  ['opaque', ' 00 ', 1],
  ['opaque', '0f0', 'wrongType'],
  ['opaque', 'GG', 'wrongType'],
  ['opaque', '00'.repeat(480), 480],
  ['opaque', '00'.repeat(481), 'tooLong'],
  ['objlnk', '3303:0', 6],
  ['objlnk', '0003:065535', 7],
  ['objlnk', '3:65536', 'outOfRange'],
  ['objlnk', '70000:1', 'outOfRange'],
  ['objlnk', '3', 'wrongType'],
  ['objlnk', '', 'empty'],
  ['string', '', 0],
  ['string', ' a ', 3],
  ['string', '温度', 6],
  ['string', 'say "hi", again', 15],
  ['string', 'D:\\10\\log', 9],
  ['string', '😀', 4],
  ['string', '\ud83d', 3],
  ['string', 'a\tb', 3],
  ['string', 'a\r\nb', 4],
  ['string', '\u0000', 1],
  ['string', '\u007f', 1],
  ['string', 'x'.repeat(479), 479],
  ['string', 'x'.repeat(480), 480],
  ['string', 'x'.repeat(481), 'tooLong'],
  ['string', '温'.repeat(160), 480],
  ['string', `${'温'.repeat(160)}x`, 'tooLong'],
];

describe('a value that is typed', () => {
  it.each(table)('as %s %j counts %s, wherever it is checked', (type, text, expected) => {
    const checked = checkOutgoing(type, text);
    expect(checked.ok ? checked.bytes : checked.rule).toBe(expected);
    const isGood = typeof expected === 'number';
    expect(verdicts(type, text, pathOf(type))).toEqual({
      composer: isGood ? expected : 'refused',
      line: isGood ? expected : 'refused',
      tree: isGood,
      store: isGood,
      generator: isGood,
    });
  });

  it('is none for an executable', () => {
    expect(checkValue('none', '')).toMatchObject({ ok: false, rule: 'noValue' });
  });

  const typed = fc.oneof(
    anyText({ maxLength: 20 }),
    fc.stringMatching(/^[+-]?\d{1,22}(\.\d{0,9})?(e[+-]?\d{1,4})?$/),
    fc.stringMatching(/^\d{1,6}:\d{1,6}$/),
    fc.constantFrom('true', 'False', '0', '1', ' 7 ', 'a"b', '温度', '\t', '00ff'),
    fc.integer({ min: 460, max: 490 }).map((count) => 'x'.repeat(count)),
    fc.integer({ min: 460, max: 490 }).map((count) => '0a'.repeat(count)),
  );

  it.each(types)('as %s gets the same word from page, tree, store, generator and line', (type) => {
    fc.assert(
      fc.property(typed, fc.constantFrom(pathOf(type), '/3200/0', '/3200'), (text, observed) => {
        const { composer, line, tree, store, generator } = verdicts(type, text, observed);
        expect(line).toBe(composer);
        expect(store).toBe(tree);
        expect(generator).toBe(tree);
        // A value that fits alone may be too long below an instance; never the other way round.
        if (!tree) expect(composer).toBe('refused');
      }),
    );
  });
});

describe('a value of the platform', () => {
  it('may be longer than what can leave, since it comes in blocks', () => {
    const store = new ObjectStore(model);
    const written = `line\r\n${'x'.repeat(5000)}`;
    store.write(pathOf('string'), written, { by: 'platform' });
    expect(store.valueOf(pathOf('string'))).toBe(written);
  });
});

describe('what a notification carries', () => {
  const fits = (observed: string, type: ValueType, text: string): boolean =>
    typeof verdicts(type, text, observed).line === 'number';

  // Below an instance: a resource entry of 1 + 2 + 2 bytes, wrapped in an instance entry of 1 + 1 + 2 bytes.
  it.each([
    ['/3200/0/5500', 'string', 480],
    ['/3200/0', 'string', 471],
    ['/3200', 'string', 471],
    ['/3200/0/5504', 'opaque', 480],
    ['/3200/0', 'opaque', 471],
  ] as const)('for whoever observes %s is a %s of at most %i bytes', (observed, type, most) => {
    const text = (bytes: number): string => (type === 'string' ? 'x' : '00').repeat(bytes);
    expect([most - 1, most, most + 1].map((bytes) => fits(observed, type, text(bytes)))).toEqual([true, true, false]);
  });
});

describe('bytes', () => {
  it('are those of UTF-8, for every text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });

  it('of one resource are those of its text, without a head', () => {
    const value = 'x'.repeat(MAX_PAYLOAD_BYTES);
    const placed = { instanceId: 0, resourceId: 5750, type: 'string' as ResourceType, value };
    expect(payloadBytes({ objectId: 3200, instanceId: 0, resourceId: 5750 }, [placed])).toBe(480);
    expect(payloadBytes({ objectId: 3200, instanceId: 0 }, [placed])).toBe(489);
  });
});
