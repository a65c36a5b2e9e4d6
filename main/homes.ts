import { join } from 'node:path';
import { app } from 'electron';
import type { Fault } from '../shared/errors.ts';
import { defined } from '../shared/defined.ts';
import { knowsHome, usableFolder } from './files/usableFolder.ts';

/** Where this start of the program keeps what it keeps. */
export interface Homes {
  readonly userData: string;
  readonly journals: string;
  /** The command line has named that folder. */
  readonly areJournalsNamed: boolean;
  /** It is not where it should be: what a person is told. */
  readonly fault?: Fault;
}

const title = 'MIPL Field Tool';

/**
 * Chooses the folders, and tells Electron. To be called first of all: where Chromium cannot write to its folder it ends the
 * program without a word. @param named folders that the command line names; empty: as usual
 * @throws CodedError `FILE_NOT_WRITTEN`, see {@link usableFolder}
 */
export function chooseHomes(named: { readonly userData: string; readonly journals: string }): Homes {
  const isAtHome = knowsHome(process.env, process.platform);
  const usual = (name: 'appData' | 'documents'): string => (isAtHome ? join(app.getPath(name), title) : '');
  const wanted = named.userData === '' ? usual('appData') : named.userData;
  const { path, problem } = usableFolder(wanted);
  if (named.userData !== '' || problem !== undefined) app.setPath('userData', path);
  const ownJournals = problem === undefined ? usual('documents') : join(path, 'journals');
  const fault =
    problem === undefined ? undefined : ({ code: 'FILE_NO_HOME', message: problem, detail: wanted || 'HOME' } as const);
  const areJournalsNamed = named.journals !== '';
  const journals = areJournalsNamed ? named.journals : ownJournals;
  return { userData: path, journals, areJournalsNamed, ...defined({ fault }) };
}
