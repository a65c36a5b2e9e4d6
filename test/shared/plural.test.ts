import { expect, it } from 'vitest';
import { counted, numberedText, valuesIn } from '../../shared/plural.ts';
import { remark, remarkText } from '../../shared/remarks.ts';

it('a text for one and for several is told apart, with the value that decides', () => {
  expect(numberedText('{file}: 1 line | {file}: {count} lines')).toEqual({
    several: '{file}: {count} lines',
    one: { text: '{file}: 1 line', name: 'count' },
  });
  expect(numberedText('{count} 行')).toEqual({ several: '{count} 行' });
});

it('a text for one in which no number is left out decides nothing', () => {
  expect(numberedText('{count} line | {count} lines')).toEqual({ several: '{count} lines' });
});

it('the values of a text are named in their order', () => {
  expect(valuesIn('{b} of {a}, {b}')).toEqual(['b', 'a', 'b']);
});

it('one of a thing is said as one, several as several', () => {
  expect([0, 1, 2].map((count) => counted(count, 'step'))).toEqual(['0 steps', '1 step', '2 steps']);
});

it.each([
  [1, '1 request was not answered: after 25 s neither module nor platform waits for it any more.'],
  [2, '2 requests were not answered: after 25 s neither module nor platform waits for them any more.'],
])('a remark about %i of them is a whole sentence', (count, sentence) => {
  expect(remarkText(remark('requestsGivenUp', { count }))).toBe(sentence);
});
