import type { Fault } from '../../shared/errors.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { DeviceState, NetworkState } from '../../shared/state.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';

type Row = [name: string, text: string];

/** The state of a device as rows of a name and what there is to say, for a terminal; rows without anything to say are left out. */
export function stateRows(state: DeviceState): Row[] {
  const { connection, module, dialect, registration, observations, resources } = state;
  const rows: Row[] = [
    ['port', joined([connection.port?.path, rate(connection.baudRate), connection.phase, faultText(connection.fault)])],
    ['module', joined([module.manufacturer, module.model, module.firmware, labelled('MIPL', module.miplVersion)])],
    [
      'identity',
      joined([labelled('IMEI', module.imei), labelled('IMSI', module.imsi), labelled('ICCID', module.iccid)]),
    ],
    ['network', networkText(state.network)],
    ['dialect', joined([dialect.name, dialect.source, dialect.evidence])],
    ['stages', joined(stageNames.map((name) => stageText(name, state)))],
    [
      'session',
      joined([
        registration.phase,
        labelled('lifetime', registration.lifetimeSeconds),
        labelled('last event', registration.lastEvent),
        faultText(registration.fault),
      ]),
    ],
    ['observed', joined(observations.map(({ path, msgId }) => `${path} (msgid ${msgId})`))],
    ['requests', counted(Object.values(state.requests))],
    ['notifications', counted(Object.values(state.outbox))],
    ['datagrams', counted(Object.values(state.datagrams))],
    ['platform calls', counted(Object.values(state.platformCalls))],
    ['on hold', joined(state.holdKinds)],
    ['armed', joined(state.armedAnswers.map(({ kind, path, times }) => `${kind} ${path} (${times} times)`))],
    ['answers', answersText(state.answerTimes)],
    ['acceptance', joined([state.acceptance.port === undefined ? undefined : state.acceptance.phase])],
    ['cases', counted(Object.values(state.acceptanceCases).filter(({ status }) => status !== 'waiting'))],
    ...Object.entries(resources)
      .filter(([, { value }]) => value !== '')
      .map(([path, { value, standing }]): Row => ['value', `${path} = ${value} (${standing})`]),
  ];
  return rows.filter(([, text]) => text !== '');
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(', ');
}

function labelled(label: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${label} ${value}`;
}

function rate(baudRate: number | undefined): string | undefined {
  // An imported journal does not know it.
  return baudRate === undefined || baudRate === 0 ? undefined : `${baudRate} baud`;
}

function faultText(fault: Fault | undefined): string | undefined {
  return fault && `${fault.code} ${fault.message}`;
}

function stageText(name: (typeof stageNames)[number], { stages }: DeviceState): string {
  const { status, fault } = stages[name];
  return fault ? `${name} ${status} (${fault.code} ${fault.message})` : `${name} ${status}`;
}

/** +CEREG `<stat>` and what was measured. */
function networkText({ registration, cellId, apn, rssiDbm, rsrpDbm, snrDb, coverageLevel }: NetworkState): string {
  return joined([
    labelled('+CEREG', registration),
    labelled('cell', cellId),
    labelled('APN', apn),
    labelled('RSSI dBm', rssiDbm),
    labelled('RSRP dBm', rsrpDbm),
    labelled('SNR dB', snrDb),
    labelled('coverage level', coverageLevel),
  ]);
}

function answersText({ count, lateCount, p50Ms, p95Ms, worstMs }: AnswerTimes): string {
  if (count === 0) return '';
  const ms = (label: string, value: number | undefined): string | undefined =>
    value === undefined ? undefined : `${label} ${value.toFixed(1)} ms`;
  return joined([`${count}`, `${lateCount} late`, ms('median', p50Ms), ms('p95', p95Ms), ms('worst', worstMs)]);
}

/** How many, and how many of each status. */
function counted(entries: readonly { readonly status: string }[]): string {
  if (entries.length === 0) return '';
  const counts = new Map<string, number>();
  for (const { status } of entries) counts.set(status, (counts.get(status) ?? 0) + 1);
  return `${entries.length}: ${joined([...counts].map(([status, count]) => `${count} ${status}`))}`;
}
