import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { OpenSession } from '../../main/sessions/openSession.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { virtualVisit } from './virtualVisit.ts';

it('a session whose file goes away while it is open, as with a network share, says so, keeps what it knows and goes on once it is back', async () => {
  const folder = await tempDirectory();
  const [file, away] = [join(folder, 'visit.mipl.ndjson'), join(folder, 'away')];
  await copyFile(await virtualVisit(), file);
  const session = await OpenSession.open(file, { onChange: () => undefined, onFind: () => undefined }, () => 0);
  onTestFinished(() => session.close());
  await session.settled;
  const { lines } = session.state;
  const rows = await session.rows(1, 50);
  await rename(file, away);
  await expect(session.rows(1, 50)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await session.look();
  expect(session.state).toMatchObject({ lines, fault: { code: 'FILE_NOT_FOUND' } });
  await rename(away, file);
  await session.look();
  expect(session.state).toMatchObject({ lines });
  expect(session.state.fault).toBeUndefined();
  expect(await session.rows(1, 50)).toEqual(rows);
  await rm(file);
  await session.look();
  expect(session.state.fault).toMatchObject({ code: 'FILE_NOT_FOUND' });
});
