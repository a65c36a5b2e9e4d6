import { rowOf } from '../../shared/contract/contract.ts';
import type { Handlers, RequestName } from '../../shared/contract/contract.ts';
import type { RequestRow } from '../../shared/contract/row.ts';
import { CodedError } from '../../shared/errors.ts';
import { read } from '../../shared/schema.ts';

/** A handler as the bridge calls it. */
export type Handle = (...args: readonly unknown[]) => unknown;

/** What a handler is given. @throws CodedError `BAD_ARGUMENT`, or the code of the rule that is broken. */
function argumentsOf(name: RequestName, { argument }: RequestRow, given: readonly unknown[]): readonly unknown[] {
  const expected = argument ? 1 : 0;
  if (given.slice(expected).some((value) => value !== undefined))
    throw new CodedError('BAD_ARGUMENT', `${name} takes ${expected} arguments`, name);
  return argument ? [read(argument, given[0])] : [];
}

/**
 * The same handlers as the bridge may call them: each gets its argument checked and made anew by its row of the contract, since
 * it may come from a window that was taken over, and what would disturb an acceptance run refuses with `ACCEPTANCE_RUNNING`.
 */
export function checkedHandlers(
  handlers: Partial<Handlers>,
  isRunning: () => boolean,
): Readonly<Record<string, Handle>> {
  const entries = Object.entries(handlers).map(([key, handler]) => {
    const name = key as RequestName;
    const row = rowOf(name);
    const handle = handler as Handle;
    const checkedHandle: Handle = (...given) => {
      if (row.duringRun === 'refused' && isRunning())
        throw new CodedError('ACCEPTANCE_RUNNING', `${name} would disturb the acceptance run`, name);
      return handle(...argumentsOf(name, row, given));
    };
    return [name, checkedHandle] as const;
  });
  return Object.fromEntries(entries);
}
