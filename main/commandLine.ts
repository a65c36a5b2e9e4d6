/**
 * What the packaged command `mipl` hands over: the program is then started as
 * `mipl-field-tool --command-line SWITCHES -- ARGUMENTS`. Chromium reads switches up to the first `--` and leaves alone
 * what stands behind it, so that no argument of a person can switch anything in it.
 * @param argv of the process, with the program first
 * @returns what was typed behind `mipl`, or undefined where the window is wanted
 */
export function commandLineIn(argv: readonly string[]): string[] | undefined {
  if (argv[1] !== '--command-line') return undefined;
  const end = argv.indexOf('--');
  return end === -1 ? [] : argv.slice(end + 1);
}
