import { defined } from '../../shared/defined.ts';
import type { Fault } from '../../shared/errors.ts';
import type { LineSettings, ModemLines } from '../../shared/lineSettings.ts';
import type { ConnectionState, PortInfo } from '../../shared/state.ts';

/** What can happen to the link. */
export type ConnectionInput =
  | { readonly type: 'open'; readonly port: PortInfo; readonly baudRate: number; readonly line?: LineSettings }
  | { readonly type: 'opened'; readonly suggestion?: string }
  | { readonly type: 'answering' }
  /** A person has set the line otherwise. */
  | { readonly type: 'line'; readonly line: LineSettings; readonly baudRate?: number }
  /** Lines that the far end drives. */
  | { readonly type: 'modemLines'; readonly lines: ModemLines }
  | { readonly type: 'failed'; readonly fault: Fault }
  | { readonly type: 'lost'; readonly fault: Fault }
  /** With the reason of the last try, where there was one. */
  | { readonly type: 'waiting'; readonly fault?: Fault }
  /** The adapter of the port that is away has another name now. */
  | { readonly type: 'moved'; readonly port: PortInfo }
  | { readonly type: 'closed' };

/** The link after something happened. Pure. `ready` only after the module answered AT: open is not yet connected. */
export function stepConnection(state: ConnectionState, input: ConnectionInput, nowMs: number): ConnectionState {
  const { port, baudRate, line } = state;
  const same = { ...(port ? { port } : {}), ...defined({ baudRate, line }) };
  switch (input.type) {
    case 'open':
      return {
        phase: 'opening',
        port: input.port,
        baudRate: input.baudRate,
        ...defined({ line: input.line }),
        sinceMs: nowMs,
      };
    case 'opened':
    case 'answering': {
      const suggestion = (input.type === 'opened' ? input.suggestion : undefined) ?? state.suggestion;
      const phase = input.type === 'opened' ? 'probing' : 'ready';
      return { phase, ...same, sinceMs: nowMs, ...defined({ suggestion, modemLines: state.modemLines }) };
    }
    case 'line':
      return { ...state, line: input.line, ...defined({ baudRate: input.baudRate }) };
    case 'modemLines':
      return { ...state, modemLines: input.lines };
    case 'moved':
      return { ...state, port: input.port };
    case 'lost':
      return { phase: 'lost', ...same, sinceMs: nowMs, fault: input.fault };
    case 'waiting': {
      const fault = input.fault ?? state.fault;
      return { phase: 'waiting', ...same, sinceMs: state.sinceMs ?? nowMs, ...(fault ? { fault } : {}) };
    }
    case 'failed':
      return { phase: 'closed', ...same, sinceMs: nowMs, fault: input.fault };
    case 'closed':
      return { phase: 'closed', ...same, sinceMs: nowMs };
  }
}
