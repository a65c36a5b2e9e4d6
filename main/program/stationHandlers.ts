import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Handlers } from '../../shared/contract/contract.ts';
import type { stationRequests } from '../../shared/contract/stations.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Application } from './application.ts';
import type { Desktop } from './desktop.ts';
import type { QueueDesk } from './queueDesk.ts';
import type { WorkOrder } from '../stations/workTable.ts';

/** A plan or a model is for people, a table of ten thousand rows too; more is a mistake. */
const MOST_BYTES = 20_000_000;

/** The bytes of a file that a person has chosen. @throws CodedError `FILE_NOT_FOUND`, `BAD_ARGUMENT` for one that is no such thing. */
async function bytesOf(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new CodedError('FILE_NOT_FOUND', faultOf(error).message, file, { cause: error });
  });
  if (bytes.length > MOST_BYTES) throw new CodedError('BAD_ARGUMENT', `${file} is too large`, file);
  return bytes;
}

const textOf = async (file: string): Promise<string> => new TextDecoder().decode(await bytesOf(file));

async function checkWorkFile(kind: 'plan' | 'model', text: string, name: string): Promise<void> {
  if (kind === 'model') {
    const { parseModel } = await import('../lwm2m/deviceModel.ts');
    parseModel(text, name);
    return;
  }
  const { parsePlan } = await import('../acceptance/plan/planFile.ts');
  parsePlan(text, name);
}

/** What came over the bridge is checked again: it may come from a window that was taken over. */
async function checkedOrder(given: WorkOrder): Promise<WorkOrder> {
  for (const kind of ['plan', 'model'] as const) {
    const file = given[kind];
    if (file) await checkWorkFile(kind, file.text, file.name);
  }
  return given;
}

/** With the client of the queue behind it: loaded when first asked for. */
async function openDesk(application: Application): Promise<QueueDesk> {
  const { QueueDesk } = await import('./queueDesk.ts');
  const { state, queueAccess, hosts, clock, platformKey, stationPlaces } = application;
  const { version } = state.state;
  const desk = new QueueDesk({ version, state, access: queueAccess, hosts, clock, platformKey, ...stationPlaces });
  application.useQueue(desk);
  return desk;
}

/** The part of the contract about the queue of many stations. */
export function stationHandlers(
  application: Application,
  desktop: Pick<
    Desktop,
    | 'chooseAuthorityFile'
    | 'chooseCredentialsFile'
    | 'chooseModelFile'
    | 'choosePlanFile'
    | 'chooseSaveFile'
    | 'chooseTableFile'
    | 'showPage'
  >,
): Pick<Handlers, keyof typeof stationRequests> {
  let opened: Promise<QueueDesk> | undefined;
  const desk = () => (opened ??= openDesk(application));
  /** The window is told what is kept now, also where keeping it failed; who is connected stays so until the next connection. */
  async function changeAccess(change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } finally {
      application.tellQueueAccess();
    }
  }
  const station = () => application.state.state.settings.station;
  return {
    connectQueue: async ({ setUp }) => (await desk()).connect(setUp),
    disconnectQueue: async () => (await desk()).disconnect(),
    setQueueUser: ({ user, password }) => changeAccess(() => application.queueAccess.setUser(user, password)),
    async chooseQueueCredentials() {
      const file = await desktop.chooseCredentialsFile();
      if (file === undefined) return null;
      const text = await textOf(file);
      await changeAccess(() => application.queueAccess.setFile(text));
      return { name: basename(file) };
    },
    forgetQueueCredentials: () => changeAccess(() => application.queueAccess.forget()),
    async chooseQueueAuthority() {
      const file = await desktop.chooseAuthorityFile();
      if (file === undefined) return null;
      const { authorityIn } = await import('../stations/queueCredentials.ts');
      await authorityIn(file);
      await application.changeSettings({ station: { ...station(), authorityFile: file } });
      return { file };
    },
    async chooseWorkFile({ kind }) {
      const file = await (kind === 'plan' ? desktop.choosePlanFile() : desktop.chooseModelFile());
      if (file === undefined) return null;
      const text = await textOf(file);
      await checkWorkFile(kind, text, file);
      return { name: basename(file), text };
    },
    async addWork({ site, id, count, order }) {
      if (id !== undefined && count > 1)
        throw new CodedError('BAD_ARGUMENT', 'An id names one piece of work, and more are wanted', 'id');
      const { newName } = await import('../stations/work.ts');
      const { addWorks } = await import('../stations/addWork.ts');
      const whole = await checkedOrder(order);
      const { queue } = await desk();
      const addedMs = application.clock.wallMs();
      const works = Array.from({ length: count }, () => ({
        format: 'mipl-work' as const,
        version: 1,
        id: id ?? newName(addedMs),
        site,
        addedMs,
        ...defined(whole),
      }));
      return addWorks(queue, works);
    },
    async addWorkFromTable({ order, isAnew }) {
      const { queue } = await desk();
      const file = await desktop.chooseTableFile();
      if (file === undefined) return null;
      const { workOfTable } = await import('../stations/workTable.ts');
      const options = { nowMs: application.clock.wallMs(), isAnew };
      const { works, made } = workOfTable(await bytesOf(file), await checkedOrder(order), options);
      const { addWorks } = await import('../stations/addWork.ts');
      return addWorks(queue, works, { made });
    },
    async cancelWork({ id }) {
      const { queue } = await desk();
      return { wasThere: await queue.cancel(id, application.clock.wallMs(), hostname().slice(0, 64)) };
    },
    async openResultFile({ id, file }) {
      const { queue } = await desk();
      const { openResultFile } = await import('./resultFiles.ts');
      const sessions = await application.sessions();
      const { version } = application.state.state;
      return openResultFile({ queue, id, file, sessions, app: version, desktop });
    },
    startStation: async () => (await desk()).startStation(),
    stopStation: async () => (await desk()).stopStation(),
  };
}
