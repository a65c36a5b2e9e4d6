import { CommandRefusal } from '../commandRefusal.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import type { ModemContext } from './modemContext.ts';

const done: CommandAnswer = {};

/** A register that holds a number: what it is at power-on, and what it takes. */
interface Register {
  readonly initial: number;
  readonly least: number;
  readonly most: number;
}

/**
 * S registers (V.250 §6.2.1–3, §6.3.8–12). The characters that end and edit a line are what they are, as on most modules;
 * those of calls are kept, for a module that has none.
 */
const registers: Readonly<Record<number, Register>> = {
  0: { initial: 0, least: 0, most: 255 },
  1: { initial: 0, least: 0, most: 255 },
  2: { initial: 43, least: 0, most: 255 },
  3: { initial: 13, least: 13, most: 13 },
  4: { initial: 10, least: 10, most: 10 },
  5: { initial: 8, least: 8, most: 8 },
  6: { initial: 2, least: 2, most: 10 },
  7: { initial: 60, least: 1, most: 255 },
  8: { initial: 2, least: 0, most: 255 },
  10: { initial: 15, least: 1, most: 254 },
  11: { initial: 95, least: 50, most: 255 },
  12: { initial: 50, least: 0, most: 255 },
};

/** Basic commands that change nothing which a module without calls could show (V.250 §6.3, and `&` ones of old modems). */
const kept: Readonly<Record<string, number>> = {
  X: 4,
  '&C': 1,
  '&D': 2,
  '&S': 1,
  '&K': 6,
  '&W': 1,
  L: 3,
  M: 3,
  T: 0,
  P: 0,
};

/**
 * The basic commands of V.250 that host programs begin with: echo, form of the answers, defaults, hang up. Nothing known
 * of any of the modules speaks against one of them; D, A and O are refused, for there are no calls.
 */
export function basicCommands(context: ModemContext): CommandHandler[] {
  const { terminal, profile } = context;
  const values = new Map<number, number>();
  const reset = (): CommandAnswer => {
    values.clear();
    terminal.isVerbose = true;
    terminal.isQuiet = false;
    terminal.echo = profile.echo;
    return done;
  };
  return [
    basic('E', 1, (number) => {
      terminal.echo = number === 1;
      return done;
    }),
    basic('V', 1, (number) => {
      terminal.isVerbose = number === 1;
      return done;
    }),
    basic('Q', 1, (number) => {
      terminal.isQuiet = number === 1;
      return done;
    }),
    basic('Z', 1, reset),
    basic('&F', 0, reset),
    basic('H', 1, () => done),
    basic('I', 9, () => ({ lines: profile.identity.information })),
    ...Object.entries(kept).map(([name, most]) => basic(name, most, () => done)),
    ...Object.entries(registers).flatMap(([number, register]) => registerCommands(Number(number), register, values)),
  ];
}

/** A basic command with a number from 0 to `most`; none means 0 (V.250 §5.3.1). */
function basic(name: string, most: number, run: (number: number) => CommandAnswer): CommandHandler {
  return {
    name,
    form: 'execute',
    run(list) {
      const number = Number(list);
      if (number > most) throw new CommandRefusal('parameter', `${name} takes 0 to ${most}`);
      return run(number);
    },
  };
}

function registerCommands(
  number: number,
  { initial, least, most }: Register,
  values: Map<number, number>,
): CommandHandler[] {
  const name = `S${number}`;
  return [
    {
      name,
      form: 'write',
      run(list) {
        const value = Number(list);
        if (value < least || value > most) throw new CommandRefusal('parameter', `${name} takes ${least} to ${most}`);
        values.set(number, value);
        return done;
      },
    },
    // Three digits, V.250 §5.3.2.
    { name, form: 'read', run: () => ({ lines: [String(values.get(number) ?? initial).padStart(3, '0')] }) },
  ];
}
