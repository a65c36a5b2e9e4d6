import { LineError, readParams, tokenizeFor } from '../../at/codec.ts';
import type { CommandSpec, ParamsOf } from '../../at/codec.ts';
import type { CommandForm } from '../../at/tokens.ts';
import { CommandRefusal } from '../commandRefusal.ts';

/** What a command is answered with before its final result. */
export interface CommandAnswer {
  /** Information text, line by line. */
  readonly lines?: readonly string[];
  /** The lines follow each other without empty ones between them. */
  readonly isBlock?: boolean;
  /** In place of OK; empty for none. */
  readonly final?: string;
  /** Runs once the final result is on its way: events come after OK. */
  readonly afterwards?: () => void;
}

/** One command the virtual module knows. `run` throws a {@link CommandRefusal}. */
export interface CommandHandler {
  readonly name: string;
  readonly form: CommandForm;
  run(list: string): CommandAnswer | Promise<CommandAnswer>;
}

function readStrictly<C extends CommandSpec>(spec: C, list: string): ParamsOf<C['params']> {
  if (spec.form !== 'write') return {} as ParamsOf<C['params']>;
  try {
    const { params, extra } = readParams(spec.params, tokenizeFor(spec.params, list));
    if (extra !== undefined) throw new CommandRefusal('parameter', extra);
    return params as ParamsOf<C['params']>;
  } catch (error) {
    if (error instanceof LineError) throw new CommandRefusal('parameter', error.message);
    throw error;
  }
}

/** Answers a command of the table; parameters that do not fit its entry are refused before `run` sees them. */
export function handle<C extends CommandSpec>(
  spec: C,
  run: (params: ParamsOf<C['params']>) => CommandAnswer | Promise<CommandAnswer>,
): CommandHandler {
  return { name: spec.name, form: spec.form, run: (list) => run(readStrictly(spec, list)) };
}
