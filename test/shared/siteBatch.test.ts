import { describe, expect, it } from 'vitest';
import { batchCounts, batchDevices, runOf } from '../../shared/siteBatch.ts';
import { sampleTest } from '../acceptance/sampleBatch.ts';

describe('the devices of a batch', () => {
  it('are counted once each, by their last test', () => {
    const tests = [
      sampleTest({ runMs: 1, imei: '1', outcome: 'failed' }),
      sampleTest({ runMs: 2, imei: '2' }),
      sampleTest({ runMs: 3, imei: '1' }),
    ];
    expect(batchDevices(tests)).toEqual([
      { last: tests[2], times: 2 },
      { last: tests[1], times: 1 },
    ]);
    expect(batchCounts({ tests, planned: 0 })).toEqual({
      passed: 2,
      failed: 0,
      stopped: 0,
      tested: 2,
      practice: 0,
      missing: 0,
    });
  });

  it('count apart where they failed, were stopped, or were practice; what is planned and not there is missing', () => {
    const tests = [
      sampleTest({ runMs: 1, imei: '1' }),
      sampleTest({ runMs: 2, imei: '2', outcome: 'failed' }),
      sampleTest({ runMs: 3, imei: '3', outcome: 'stopped' }),
      sampleTest({ runMs: 4, imei: '4', isPractice: true }),
      sampleTest({ runMs: 5, imei: '1', isPractice: true, outcome: 'failed' }),
    ];
    expect(batchCounts({ tests, planned: 10 })).toEqual({
      passed: 1,
      failed: 1,
      stopped: 1,
      tested: 3,
      practice: 2,
      missing: 7,
    });
    expect(batchCounts({ tests, planned: 2 }).missing).toBe(0);
  });

  it('are as many as tests where none says who it is', () => {
    const nameless = [1, 2].map((runMs) => {
      const { imei: _imei, ...test } = sampleTest({ runMs });
      return test;
    });
    expect(batchDevices(nameless)).toHaveLength(2);
  });

  it('are told by when their run began and ended, to the millisecond', () => {
    expect(runOf({ startedMs: 1.4, finishedMs: 2.5 })).toEqual({ runMs: 1, endedMs: 3 });
  });
});
