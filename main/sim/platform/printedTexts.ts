import { formatPath, type Lwm2mPath } from '../../../shared/lwm2m.ts';

const mostTexts = 2000;
/** Numbers are shorter, and what is longer can be told from a number by its bytes. Characters. */
const longestText = 40;

/** The latest text of each resource that was read by itself: what tells the type of bytes that nobody has defined. */
export class PrintedTexts {
  readonly #byPath = new Map<string, string>();

  /** Keeps a text in place of an earlier one; the oldest give way. */
  keep(path: Lwm2mPath, text: string): void {
    if (text.length > longestText) return;
    const key = formatPath(path);
    this.#byPath.delete(key);
    this.#byPath.set(key, text);
    const [oldest] = this.#byPath.keys();
    if (oldest !== undefined && this.#byPath.size > mostTexts) this.#byPath.delete(oldest);
  }

  /** The text of a resource; undefined when it was never read by itself. */
  of(path: Lwm2mPath): string | undefined {
    return this.#byPath.get(formatPath(path));
  }
}
