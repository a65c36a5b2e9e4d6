import { MAX_PAYLOAD_BYTES } from '../../shared/values.ts';
import { isRegistered } from '../../shared/phases.ts';
import { virtualProfile } from '../../shared/virtualPort.ts';
import { hasBaudRate } from '../../shared/networkAddress.ts';
import type { DeviceState, NetworkState, PlatformRequest } from '../../shared/state.ts';
import type { StageName } from '../../shared/stageNames.ts';
import { registrationPhrase, resultPhrase } from '../../shared/explain.ts';
import { bytes, clockSeconds, countdown, seconds, signed, tail, visible } from '../ui/format.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { phrase } from '../../shared/phrase.ts';

/** Name of a port as a technician knows it. */
export function portLabel(port: { readonly path: string; readonly kind?: string }): Phrase | string {
  const profile = virtualProfile(port.path);
  if (profile !== undefined) return phrase('port.virtual', { model: virtualModel(profile) });
  return visible(port.path.replace(/^\/dev\//, ''));
}

/** `m5310-seed` is sold as M5310. */
export function virtualModel(profile: string): string {
  return (profile.split(/[-?]/)[0] ?? profile).toUpperCase();
}

function joined(parts: readonly (string | Phrase | undefined)[]): Phrase | undefined {
  const [first, ...rest] = parts.filter((part): part is string | Phrase => part !== undefined && part !== '');
  if (first === undefined) return undefined;
  let sentence: Phrase = typeof first === 'string' ? phrase('plain', { text: first }) : first;
  for (const part of rest) sentence = phrase('joined', { left: sentence, right: part });
  return sentence;
}

/** What is wrong with the journal; undefined while it has every byte. */
export function journalTrouble(journal: DeviceState['journal']): Phrase | undefined {
  const missing = journal?.missingBytes;
  const lacks = missing === undefined ? undefined : phrase('status.journalLacks', { size: bytes(missing) });
  return joined([journal?.fault && phrase('status.journalNotWritten'), lacks]);
}

/** `3303 ×2 · 3306 ×1`. */
export function objectCounts(objects: DeviceState['objects']): string {
  return objects.map((object) => `${object.objectId} ×${object.instances.length}`).join(' · ');
}

/** The fact of a chip when nothing is wrong; undefined while there is none. `now` is the wall clock. */
export function stageFact(name: StageName, state: DeviceState, now: number): Phrase | undefined {
  const { connection, module, network, registration } = state;
  switch (name) {
    case 'port': {
      if (connection.port === undefined) return undefined;
      const baud =
        connection.port.kind !== 'virtual' && hasBaudRate(connection.port.path) && connection.baudRate !== undefined
          ? String(connection.baudRate)
          : undefined;
      return joined([portLabel(connection.port), baud]);
    }
    case 'module':
      return joined([
        module.model === undefined ? undefined : visible(module.model),
        module.imei === undefined ? undefined : `IMEI ${tail(visible(module.imei))}`,
      ]);
    case 'sim': {
      const { imsi } = module;
      if (imsi === undefined) return undefined;
      const text = visible(imsi);
      return phrase('plain', { text: `${text.slice(0, 3)} ${text.slice(3, 5)} · ${tail(text)}` });
    }
    case 'network': {
      if (network.registration === undefined) return undefined;
      const { startedMs, finishedMs } = state.stages.network;
      const took =
        startedMs !== undefined && finishedMs !== undefined
          ? `${Math.round((finishedMs - startedMs) / 1000)} s`
          : undefined;
      return joined([registrationPhrase(network.registration), took]);
    }
    case 'objects':
      return state.objects.length === 0 ? undefined : phrase('plain', { text: objectCounts(state.objects) });
    case 'onenet': {
      if (isRegistered(registration.phase)) {
        if (registration.expiresMs === undefined) return phrase('registration.registered');
        return phrase('registration.left', { time: countdown(registration.expiresMs - now) });
      }
      return registration.phase === 'idle' ? undefined : phrase(`registration.${registration.phase}`);
    }
  }
}

/** `RSRP −86 dBm · SNR 11 dB · ECL 0`: the measures that are known. */
export function signalNumbers(network: NetworkState): string {
  return [
    network.rsrpDbm === undefined ? '' : `RSRP ${signed(Math.round(network.rsrpDbm))} dBm`,
    network.rsrpDbm === undefined && network.rssiDbm !== undefined
      ? `RSSI ${signed(Math.round(network.rssiDbm))} dBm`
      : '',
    network.snrDb === undefined ? '' : `SNR ${signed(Math.round(network.snrDb))} dB`,
    network.coverageLevel === undefined ? '' : `ECL ${network.coverageLevel}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** State of a request in words, with the mark and tone it is shown in: never by colour alone. */
export interface RequestWords {
  readonly mark: string;
  readonly tone: 'ok' | 'warn' | 'error' | 'accent' | 'dim';
  readonly words: Phrase;
}

/** As much of a value as a row has room for; the detail has all of it. */
const ROW_VALUE_LENGTH = 60;

/** What was read or written, as a row of the ledger shows it; nothing where it is not known, quotes where it is empty. */
export function rowValue({ value }: PlatformRequest): string {
  if (value === undefined) return '';
  const text = visible(value.slice(0, ROW_VALUE_LENGTH));
  return value === '' ? '""' : `${text}${value.length > ROW_VALUE_LENGTH ? '…' : ''}`;
}

/** What the ledger's last column says. What a person did on purpose says so: it must not pass for a fault. */
export function requestWords(request: PlatformRequest): RequestWords {
  const said = wordsOf(request);
  const { deliberate, status } = request;
  if (deliberate === undefined || status === 'held' || status === 'dropped') return said;
  return { ...said, words: phrase(deliberate.isArmed ? 'request.asArmed' : 'request.byHand', { what: said.words }) };
}

function refusedWords({ result = 0, fault }: PlatformRequest): Phrase {
  const words = resultPhrase(result);
  return fault?.code === 'MIPL_TOO_LONG'
    ? phrase('request.tooLong', { result: words, bytes: visible(fault.detail ?? ''), limit: MAX_PAYLOAD_BYTES })
    : words;
}

function wordsOf(request: PlatformRequest): RequestWords {
  const { deliberate } = request;
  switch (request.status) {
    case 'held': {
      const words =
        deliberate?.dueMs === undefined
          ? phrase('request.held')
          : phrase('request.heldUntil', { time: clockSeconds(deliberate.dueMs) });
      return { mark: '▮▮', tone: 'warn', words };
    }
    case 'dropped':
      return deliberate
        ? { mark: '○', tone: 'warn', words: phrase(deliberate.isArmed ? 'request.neverAsArmed' : 'request.never') }
        : { mark: '✕', tone: 'error', words: phrase('request.dropped') };
    case 'assembling':
      return { mark: '◔', tone: 'accent', words: phrase('request.assembling') };
    case 'answering':
      return {
        mark: '◔',
        tone: request.late ? 'error' : 'accent',
        words: phrase('request.answering', { done: request.acknowledgedLines, total: request.totalLines }),
      };
    case 'answered':
      return request.late
        ? {
            mark: deliberate ? '✓' : '▲',
            tone: 'warn',
            words: phrase(deliberate ? 'request.after' : 'request.late', { time: seconds(request.usedMs ?? 0) }),
          }
        : { mark: '✓', tone: 'ok', words: phrase('request.answered') };
    case 'refused':
      return { mark: '▲', tone: 'warn', words: refusedWords(request) };
    case 'failed':
      return { mark: '✕', tone: 'error', words: phrase('request.failed') };
    case 'shown':
      return { mark: '○', tone: 'dim', words: phrase('request.shown') };
  }
}

/** Lines and least time of an answer of several lines; the baud rate counts where the wire to the module is known. */
export function answerCostOf(
  request: PlatformRequest | undefined,
  { baudRate, port }: DeviceState['connection'],
): { readonly lines: number; readonly smallestMs: number; readonly baudRate?: number } | undefined {
  if (request?.smallestMs === undefined) return undefined;
  const known = baudRate === undefined || !hasBaudRate(port?.path ?? '') ? {} : { baudRate };
  return { lines: request.totalLines, smallestMs: request.smallestMs, ...known };
}

/** Share of the deadline that is used, 0 … 1. */
export function shareUsed(usedMs: number, deadlineMs: number): number {
  return deadlineMs <= 0 ? 1 : Math.min(1, Math.max(0, usedMs / deadlineMs));
}
