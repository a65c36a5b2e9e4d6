import { defined } from '../../shared/defined.ts';
import type { LogEntry, ParamValue } from '../../shared/log.ts';
import type { NetworkState } from '../../shared/state.ts';

type Setup = Pick<NetworkState, 'lock' | 'carrierSelection' | 'context' | 'powerSavingMode' | 'edrx' | 'rejectCause'>;
type Params = Readonly<Record<string, ParamValue>>;

/**
 * What the lines of a session tell of how the module joins its network and stays there, whoever asked or set it: frequency
 * lock, carrier, context, power saving. A command counts once it is answered OK.
 */
export class SetupSigns {
  /** What the command that awaits its final result would set. */
  #pending: { readonly exchange: number | undefined; readonly setup: Setup } | undefined;
  /** Something was locked in this session: what is told from now on need not be of before. */
  #hasLocked = false;
  #carrier: string | undefined;
  /** The exchange whose first context counts. */
  #contextExchange: number | undefined;

  /** The next entry of the log; gives what it tells. */
  add({ kind, exchange, decoded }: Pick<LogEntry, 'kind' | 'exchange' | 'decoded'>): Setup | undefined {
    if (!decoded) return undefined;
    const { name = '', params = {} } = decoded;
    if (kind === 'engine' || kind === 'person') {
      const setup = this.#commanded(name, decoded.form, params);
      this.#pending = setup && { exchange, setup };
      return undefined;
    }
    if (decoded.kind === 'final') return this.#ended(exchange, name === 'OK');
    return kind === 'answer' ? this.#answered(name, params, exchange) : undefined;
  }

  /** Another port is opened: nothing of before counts. */
  clear(): void {
    this.#pending = undefined;
    this.#hasLocked = false;
    this.#carrier = undefined;
    this.#contextExchange = undefined;
  }

  #commanded(name: string, form: string | undefined, params: Params): Setup | undefined {
    if (name === '+NCSEARFCN' && form === 'execute') return { lock: 'none' };
    if (form !== 'write') return undefined;
    if (name === '+NEARFCN') return { lock: this.#lock(params, false) };
    if (name === '+COPS') return this.#selection(params);
    if (name === '+CPSMS') return savingIn(params);
    if (name === '+CEDRXS') return edrxIn(params, params['mode'] === 0 || params['mode'] === 3 ? 'off' : 'on');
    return name === '+CGDCONT' ? contextIn(params) : undefined;
  }

  #ended(exchange: number | undefined, isOk: boolean): Setup | undefined {
    const { setup, exchange: awaited } = this.#pending ?? {};
    if (!setup || awaited !== exchange) return undefined;
    this.#pending = undefined;
    if (!isOk) return undefined;
    this.#hasLocked ||= setup.lock !== undefined;
    this.#carrier = setup.carrierSelection?.carrier ?? this.#carrier;
    return setup;
  }

  #answered(name: string, params: Params, exchange: number | undefined): Setup | undefined {
    if (name === '+NEARFCN') return { lock: this.#lock(params, !this.#hasLocked) };
    if (name === '+COPS') return this.#selection(params);
    if (name === '+CPSMS') return savingIn(params);
    if (name === '+CEDRXS') return edrxIn(params, 'on');
    if (name === '+CEREG') return rejectionIn(params);
    if (name !== '+CGDCONT' || (exchange !== undefined && exchange === this.#contextExchange)) return undefined;
    this.#contextExchange = exchange;
    return contextIn(params);
  }

  #lock({ earfcn, pci }: Params, wasFound: boolean): NonNullable<Setup['lock']> {
    if (typeof earfcn !== 'number') return 'none';
    return { earfcn, ...(typeof pci === 'string' && pci !== '' ? { pci } : {}), wasFound };
  }

  /** Chosen by hand and not registered, a module names no carrier: it is the one of before. The list of a scan has no mode. */
  #selection({ mode, operator }: Params): Setup | undefined {
    if (typeof mode !== 'number') return undefined;
    const carrier = typeof operator === 'string' && operator !== '' ? operator : undefined;
    return { carrierSelection: { mode, ...defined({ carrier: mode === 1 ? (carrier ?? this.#carrier) : carrier }) } };
  }
}

function contextIn({ contextId, type, apn }: Params): Setup | undefined {
  return typeof contextId === 'number' && typeof type === 'string' && typeof apn === 'string'
    ? { context: { contextId, type, apn } }
    : undefined;
}

const rejectionIn = ({ rejectCause }: Params): Setup | undefined =>
  typeof rejectCause === 'number' ? { rejectCause } : undefined;

const savingIn = ({ mode }: Params): Setup => ({ powerSavingMode: Number(mode) });

/** Access technology 0 stands for no eDRX, as +CEDRXP says it (TS 27.007 §7.40 and §7.41). */
function edrxIn({ accessTechnology, value }: Params, use: 'on' | 'off'): Setup | undefined {
  if (use === 'off') return { edrx: { accessTechnology: 0, bits: '' } };
  if (typeof accessTechnology !== 'number') return undefined;
  return { edrx: { accessTechnology, bits: typeof value === 'string' ? value : '' } };
}
