import { describe, expect, it } from 'vitest';
import { describeForTerminal } from '../../main/cli/advice.ts';
import { CodedError } from '../../shared/errors.ts';

describe('an error at the terminal', () => {
  it('has its code, the words of the system, and what to do', () => {
    const text = describeForTerminal(new CodedError('PORT_DENIED', '/dev/ttyUSB0: Permission denied', 'dialout'));
    expect(text).toBe(
      'PORT_DENIED: /dev/ttyUSB0: Permission denied\njoin the group that owns the device, then log in again',
    );
  });

  it('says what a port that is listened on already is: busy', () => {
    const error = Object.assign(new Error('listen EADDRINUSE: 127.0.0.1:7000'), { code: 'EADDRINUSE' });
    expect(describeForTerminal(error)).toBe(
      'PORT_BUSY: listen EADDRINUSE: 127.0.0.1:7000\nchoose another port, or 0 for any',
    );
  });

  it('says that a folder is one where a file was expected', () => {
    const cause = Object.assign(new Error('EISDIR: illegal operation on a directory, read'), { code: 'EISDIR' });
    expect(describeForTerminal(new CodedError('FILE_NOT_FOUND', cause.message, 'logs', { cause }))).toBe(
      'FILE_NOT_FOUND: EISDIR: illegal operation on a directory, read\nthat is a folder: name a file in it',
    );
  });

  it('says that room is missing where the disk or the share is full, not that the folder were a wrong one', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      const cause = Object.assign(new Error(`${code}: nothing more fits`), { code });
      expect(describeForTerminal(new CodedError('FILE_NOT_WRITTEN', cause.message, 'out.html', { cause }))).toBe(
        `FILE_NOT_WRITTEN: ${code}: nothing more fits\nfree some space, or choose a folder on another disk`,
      );
    }
  });

  it('leads from a file that is no journal to what makes one', () => {
    const text = describeForTerminal(new CodedError('FILE_BAD_JOURNAL', 'putty.log:1: the first line is not JSON'));
    expect(text).toBe(
      'FILE_BAD_JOURNAL: putty.log:1: the first line is not JSON\nchoose a journal (*.mipl.ndjson); mipl import makes one of the log of another tool',
    );
  });

  it('is told without advice where there is none', () => {
    expect(describeForTerminal(new CodedError('AT_SILENT', 'no answer'))).toBe('AT_SILENT: no answer');
  });
});
