import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualPages, roffText } from '../../scripts/manualPages.js';

describe('roffText', () => {
  it('keeps what roff would take for an instruction, an escape or a hyphen', () => {
    expect(roffText('.TH\n\'br\n--port "a\\b"')).toBe('\\&.TH\n\\&\'br\n\\-\\-port "a\\eb"');
    expect(roffText('不 …')).toBe('\\[u4E0D] \\[u2026]');
  });

  it('never lets a line of a text begin as an instruction', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(roffText(text)).not.toMatch(/^[.']/m);
        expect(roffText(text)).toMatch(/^[\n\x20-\x7e]*$/);
      }),
    );
  });
});

// The command line is started six times.
it(
  'has a manual page that tells every command with its options, and one for the window',
  { timeout: 60_000 },
  async () => {
    const { mipl = '', 'mipl-field-tool': window = '' } = await manualPages();
    for (const command of ['DECODE', 'SIM', 'RUN', 'ACCEPTANCE', 'EXPORT'])
      expect(mipl).toContain(`\n.SH ${command}\n`);
    expect(mipl).toContain('\\-\\-port P');
    expect(mipl).toMatch(/^\.TH MIPL 1 /);
    expect(window).toContain('\\-\\-self\\-test');
  },
);
