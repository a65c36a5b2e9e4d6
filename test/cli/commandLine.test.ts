import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandLineIn } from '../../main/commandLine.ts';

const packaged = ['/opt/mipl-field-tool/mipl-field-tool', '--command-line', '--ozone-platform=headless', '--'];

it('hands every word of a person to the command, whatever it looks like', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('--', '--command-line', '--type=renderer'))),
      (words) => {
        expect(commandLineIn([...packaged, ...words])).toEqual(words);
      },
    ),
  );
});

it('opens the window where nobody asked for the command line, or asked behind other words', () => {
  expect(commandLineIn(['program'])).toBeUndefined();
  expect(commandLineIn(['program', '--self-test', '--command-line', '--', 'sim'])).toBeUndefined();
  expect(commandLineIn(['program', '--', '--command-line'])).toBeUndefined();
});

it('takes a command line without an end of the switches for one without words', () => {
  expect(commandLineIn(['program', '--command-line', 'sim'])).toEqual([]);
});
