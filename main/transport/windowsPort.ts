/**
 * The name by which Windows lists a serial port, of any of its spellings: `\\.\com12` is `COM12`. Undefined for what is
 * none.
 */
export function windowsPort(path: string): string | undefined {
  return /^(?:\\\\\.\\)?(COM[1-9]\d{0,3})$/i.exec(path)?.[1]?.toUpperCase();
}
