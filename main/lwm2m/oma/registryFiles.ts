import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { CodedError, faultOf } from '../../../shared/errors.ts';
import { readObjectFile } from './objectFile.ts';
import type { OmaObject, OmaRemark } from './objectFile.ts';

/** The largest file of the registry has 150 KB; a folder by mistake may hold anything. */
const MAX_BYTES = 16 * 1024 * 1024;

/** How a reader of many files hears how far it is, and ends it. */
export interface RegistryReading {
  /** Before the first file, and after each. */
  readonly onProgress?: (done: number, total: number) => void;
  /** As soon as there is something to say. */
  readonly onRemark?: (remark: OmaRemark) => void | Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** What object files hold. */
export interface RegistryContent {
  /** By id; of an object in two files the first counts. */
  readonly objects: ReadonlyMap<number, OmaObject>;
  readonly fileCount: number;
  readonly remarks: readonly OmaRemark[];
  /** Files of which nothing could be taken; the others were. */
  readonly refused: readonly string[];
}

/**
 * Reads object files of the OMA registry, one by one, so that a hundred of them hold up nobody. A file that cannot be read is
 * told with line and reason, and the others are read.
 * @param places files, and folders of which every `*.xml` is read in its natural order (`3.xml` before `10.xml`)
 * @throws CodedError `FILE_NOT_FOUND` where a place is not there, `CANCELLED`.
 */
export async function readRegistry(
  places: readonly string[],
  { onProgress, onRemark, signal }: RegistryReading = {},
): Promise<RegistryContent> {
  const files = await filesOf(places);
  const objects = new Map<number, OmaObject>();
  const remarks: OmaRemark[] = [];
  const refused: string[] = [];
  const say = async (remark: OmaRemark): Promise<void> => {
    remarks.push(remark);
    await onRemark?.(remark);
  };
  onProgress?.(0, files.length);
  for (const [index, file] of files.entries()) {
    if (signal?.aborted === true) throw new CodedError('CANCELLED', 'The import was stopped');
    try {
      const { objects: found, remarks: told } = readObjectFile(await decoded(file), path.basename(file));
      for (const remark of told) await say(remark);
      for (const object of found) {
        if (!objects.has(object.id)) objects.set(object.id, object);
        else await say({ place: path.basename(file), text: `object ${object.id} was read before: left out` });
      }
    } catch (error) {
      refused.push(path.basename(file));
      await say(complaintOf(path.basename(file), faultOf(error).message));
    }
    onProgress?.(index + 1, files.length);
    // Answers to the platform go between two files.
    await turn();
  }
  return { objects, fileCount: files.length, remarks, refused };
}

/** `12.xml:7` and what is wrong there; the file alone where the complaint names no line. */
function complaintOf(file: string, message: string): OmaRemark {
  const place = /^(.*?\.\w+(?::\d+)?): ([^]*)$/.exec(message);
  return place ? { place: place[1] as string, text: place[2] as string } : { place: file, text: message };
}

async function filesOf(places: readonly string[]): Promise<string[]> {
  const inOrder = new Intl.Collator('en', { numeric: true });
  const files: string[] = [];
  for (const place of places) {
    try {
      if (!(await stat(place)).isDirectory()) {
        files.push(place);
        continue;
      }
      const names = (await readdir(place)).filter((name) => /\.xml$/i.test(name));
      files.push(...names.toSorted(inOrder.compare).map((name) => path.join(place, name)));
    } catch (error) {
      throw new CodedError('FILE_NOT_FOUND', faultOf(error).message, path.basename(place), { cause: error });
    }
  }
  return files;
}

/** Object files come from many editors: UTF-8 with and without a mark, and UTF-16 with one. */
async function decoded(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAX_BYTES) throw new Error(`longer than 16 MB, which no object file is`);
  const bytes = await readFile(file);
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  const encoding = new Map([
    [0xfffe, 'utf-16le'],
    [0xfeff, 'utf-16be'],
  ]).get(mark);
  return new TextDecoder(encoding ?? 'utf-8').decode(bytes);
}
