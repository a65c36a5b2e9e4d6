import { expect, it } from 'vitest';
import { plainText } from '../../shared/guide.ts';

it('a line of the guide is read as text, whatever its parts mean', () => {
  const page = { kind: 'link', text: 'the log', page: 'log' } as const;
  expect(plainText(['Type ', { kind: 'code', text: 'AT' }, ', see ', page])).toBe('Type AT, see the log');
});
