import { describe, expect, it } from 'vitest';
import { noticeIn, noticesText } from '../../scripts/notices.js';
import { inProject } from '../../scripts/project.js';

const notice = (name: string, text = `Terms of ${name}`) => ({ name, version: '1.0.0', license: 'MIT', text });

describe('the notices of a package', () => {
  it('begin with our own licence and pass on the terms of every library, by name', () => {
    const text = noticesText('Our own terms\n', [notice('zeta'), notice('alpha')]);
    const places = ['Our own terms', 'alpha 1.0.0 (MIT)', 'Terms of alpha', 'zeta 1.0.0 (MIT)', 'Terms of zeta'].map(
      (part) => text.indexOf(part),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('name the licence of a library that brings no text', () => {
    expect(noticesText('', [notice('bare', '')])).toContain('bare 1.0.0 (MIT)\n\nLicence: MIT');
  });

  it('hold what a package has in its own folder', () => {
    const found = noticeIn(inProject('node_modules/serialport'));
    expect(found).toMatchObject({ name: 'serialport', license: 'MIT' });
    expect(found.text).toContain('Permission is hereby granted');
  });
});
