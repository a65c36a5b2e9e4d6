import { describe, expect, it } from 'vitest';
import { siteFaults } from '../../main/sim/habits.ts';
import type { CauseCode } from '../../shared/diagnosis.ts';
import type { Device } from '../../main/device/device.ts';
import { startDevice, until } from '../device/rig.ts';

/** What a technician is told at each practice site, the likeliest first. */
const told: Readonly<Record<string, CauseCode>> = {
  'no-sim': 'noSim',
  'sim-pin': 'simLocked',
  denied: 'registrationDenied',
  'no-coverage': 'noCoverage',
  'frequency-lock': 'frequencyLock',
};

describe('a practice site', () => {
  it.each(Object.entries(told))('%s is found out as %s by asking the virtual module', async (fault, cause) => {
    const device = await startDevice({ session: { patienceMs: 1500, networkTimeoutMs: 60_000 } });
    await device.openPort(`sim:m5310-seed?${siteFaults[fault]}`, 9600);
    await until(device, `${cause} is told`, ({ diagnosis }) => diagnosis?.causes[0]?.code === cause);
  });

  it('that denies the card says why, when it is asked', async () => {
    const device = await startDevice({ session: { patienceMs: 500, networkTimeoutMs: 60_000 } });
    await device.openPort(`sim:m5310-seed?${siteFaults['denied']}`, 9600);
    const { network } = await until(device, 'the cause is told', (state) => state.network.rejectCause !== undefined);
    expect(network.rejectCause).toBe(7);
    const named = await until(
      device,
      'it is named',
      ({ diagnosis }) => diagnosis?.causes[0]?.values['rejectCause'] === 7,
    );
    expect(named.diagnosis?.causes[0]?.code).toBe('registrationDenied');
  });

  it('with a weak signal is registered all the same, and the number says so', async () => {
    const device = await startDevice();
    await device.openPort(`sim:m5310-seed?${siteFaults['weak']}`, 9600);
    const { network } = await until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');
    expect(network.rsrpDbm).toBeLessThan(-108);
  });

  it('that was left with a frequency lock goes online once it is cleared', async () => {
    const device = await startDevice({ session: { patienceMs: 500, networkTimeoutMs: 60_000 } });
    await device.openPort('sim:m5310-seed?locked', 9600);
    await until(device, 'the lock is told', ({ diagnosis }) => diagnosis?.causes[0]?.code === 'frequencyLock');
    for (const line of ['AT+CFUN=0', 'AT+NCSEARFCN', 'AT+CFUN=1']) await device.session.engine.sendLine(line);
    const { diagnosis } = await until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');
    expect(diagnosis?.solved?.by.map(({ text }) => text)).toEqual(['AT+CFUN=0', 'AT+NCSEARFCN', 'AT+CFUN=1']);
  });

  it('whose OK to answers is late is registered as ever, and every answer counts as late', async () => {
    const device = await startDevice({ settings: { answerDeadlineMs: 100 } });
    await device.openPort('sim:m5310-seed?fault=late-ok=300', 9600);
    const { answerTimes, stages } = await until(
      device,
      'an answer is late',
      (state) => state.answerTimes.lateCount > 0,
    );
    expect(stages.network.status).toBe('done');
    expect(answerTimes.lateCount).toBe(answerTimes.count);
    expect(answerTimes.worstMs).toBeGreaterThanOrEqual(300);
  });

  it('whose module restarts by itself is registered again, and one whose cable is pulled is told as lost', async () => {
    const device = await startDevice();
    await device.openPort('sim:m5310-seed?fault=reboot-after=30', 9600);
    await until(device, 'the restart is noticed', () => restarted(device));
    await until(device, 'registered again', ({ stages }) => stages.onenet.status === 'done');
    await device.openPort('sim:m5310-seed?fault=unplug-after=12', 9600);
    await until(device, 'the loss is told', ({ connection }) => connection.phase === 'lost');
  });
});

function restarted({ log }: Device): boolean {
  return log.read(0, log.lastSeq + 1).some(({ remark }) => remark?.code === 'moduleRestarted');
}
