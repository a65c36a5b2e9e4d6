import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { byteLine, headerLine } from '../../main/journal/format.ts';
import { Application } from '../../main/program/application.ts';
import { sessionHandlers } from '../../main/program/sessionHandlers.ts';
import { exportToFile } from '../../main/journal/exporters.ts';
import { tempDirectory } from '../tempDirectory.ts';

const startedMs = Date.UTC(2026, 10, 22, 13, 13, 5, 123);
const imei = '869334030000010';

async function station() {
  const folder = await tempDirectory();
  const [journals, exports] = [join(folder, 'journals'), join(folder, 'exports')];
  await mkdir(journals);
  await mkdir(exports);
  const head = { version: 2, app: '0', started: new Date(startedMs).toISOString(), startedMs, monotonicNs: 0n };
  const lines = [
    headerLine({ ...head, port: '/dev/ttyUSB0', baudRate: 9600, site: 'Pump 3', identity: { imei } }),
    byteLine('out', Buffer.from('AT+CGSN\r'), 1e6, startedMs + 1),
    byteLine('in', Buffer.from(`\r\n${imei}\r\n\r\nOK\r\n`), 2e6, startedMs + 2),
  ];
  await writeFile(join(journals, 'pump_0010_20261122-131305.mipl.ndjson'), `${lines.join('\n')}\n`);
  const application = await Application.start({
    version: '1.2.3',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory: journals,
  });
  onTestFinished(() => application.close());
  const chosen: { log?: string; name?: string } = {};
  const desktop = {
    chooseExportFile: (name: string) => {
      chosen.name = name;
      return Promise.resolve(join(exports, name));
    },
    chooseLogFile: () => Promise.resolve(chosen.log),
  };
  const handlers = sessionHandlers(application, desktop, ({ journal, file, ...options }) =>
    exportToFile(journal, file, options),
  );
  await handlers.listSessions();
  return { handlers, folder, journals, exports, chosen, session: 'window/pump_0010_20261122-131305.mipl.ndjson' };
}

it('a session is exported masked under a name that tells neither place nor module, or whole under its own', async () => {
  const { handlers, exports, session } = await station();
  const masked = await handlers.exportSession({ session, format: 'txt', mask: true });
  expect(masked?.file).toBe(join(exports, 'session_20261122-131305-masked.txt'));
  expect(await readFile(masked?.file ?? '', 'utf8')).not.toContain(imei);
  const whole = await handlers.exportSession({ session, format: 'txt', mask: false });
  expect(whole?.file).toBe(join(exports, 'pump_0010_20261122-131305.txt'));
  expect(await readFile(whole?.file ?? '', 'utf8')).toContain(imei);
});

it('its proof counts the bytes of both directions', async () => {
  const { handlers, session } = await station();
  expect(await handlers.verifySession({ session })).toMatchObject({
    isWhole: true,
    out: { bytes: 8 },
    in: { bytes: 25 },
    gapCount: 0,
    damageCount: 0,
    badFactCount: 0,
  });
});

it('the log of another tool becomes a session of the list; whoever cancels gets none', async () => {
  const { handlers, folder, journals, chosen } = await station();
  expect(await handlers.chooseLog()).toBeNull();
  chosen.log = join(folder, 'minicom.cap');
  await writeFile(chosen.log, 'AT+CSQ\r\n+CSQ: 18,99\r\n\r\nOK\r\n');
  const log = await handlers.chooseLog();
  expect(log?.name).toBe('minicom.cap');
  const done = await handlers.importLog({ log: log?.log ?? '' });
  const { sessions } = await handlers.listSessions();
  const imported = sessions.find(({ id }) => id === done.session);
  expect(imported?.importedFrom).toBe('minicom.cap');
  expect((await readdir(journals)).filter((name) => name.endsWith('.ndjson'))).toHaveLength(2);
  await handlers.openSession({ session: done.session });
  const rows = await handlers.readSession({ session: done.session, from: 1, count: 50 });
  expect(rows.flatMap(({ kind, text }) => (kind === 'note' ? [] : [text]))).toEqual(['AT+CSQ', '+CSQ: 18,99', 'OK']);
  const dropped = await handlers.dropLog({ file: chosen.log });
  expect((await handlers.importLog(dropped)).session).not.toBe(done.session);
  const gone = await handlers.dropLog({ file: join(folder, 'none.cap') });
  await expect(handlers.importLog(gone)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(handlers.importLog({ log: chosen.log })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

it('a log of a person’s own program is tried by a pattern, and becomes a session by it', async () => {
  const { handlers, chosen } = await station();
  chosen.log = join(import.meta.dirname, '..', 'imports', 'program.log');
  const { log = '' } = (await handlers.chooseLog()) ?? {};
  const pattern = String.raw`^(?<time>[\d:.]+) --->(?<direction>write|read) datalen:\d+ ?(?<text>.*)$`;
  const told = await handlers.previewLog({ log, pattern });
  expect('rows' in told ? told.rows.slice(0, 4) : told).toMatchObject([
    { line: 1, is: 'note', raw: 'serial open /dev/ttyS1 9600' },
    { line: 2, is: 'line', from: 'host', text: 'AT+CGSN', at: expect.stringContaining('14:03:09') as string },
    { line: 3, is: 'heading', from: 'module' },
    { line: 4, is: 'line', from: 'module', text: '867000000000123' },
  ]);
  const { session } = await handlers.importLog({ log, pattern });
  await handlers.listSessions();
  await handlers.openSession({ session });
  const rows = await handlers.readSession({ session, from: 1, count: 500 });
  expect(rows.filter(({ kind }) => kind === 'engine').map(({ text }) => text)).toContain('AT+MIPLOPEN=0,3600,30');
  expect(await handlers.previewLog({ log, pattern: '(' })).toEqual({
    fault: { what: 'syntax', reason: 'missing closing )', at: '(' },
  });
  await expect(handlers.importLog({ log, pattern: '(a)' })).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
    message: 'pattern: the pattern lacks the group (?<text>…)',
  });
});

it('a session compared with itself is the same in everything', async () => {
  const { handlers, session } = await station();
  expect(await handlers.compareSessions({ a: session, b: session })).toMatchObject({ isSame: true });
});
