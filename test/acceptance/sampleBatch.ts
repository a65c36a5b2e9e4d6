import type { BatchTest, SiteBatch } from '../../shared/siteBatch.ts';

/** A test of a device in which everything passed, with a change. */
export const sampleTest = (change: Partial<BatchTest> = {}): BatchTest => ({
  runMs: Date.UTC(2026, 10, 22, 6, 0, 0),
  endedMs: Date.UTC(2026, 10, 22, 6, 4, 30),
  port: '/dev/ttyUSB0',
  imei: '869334030000010',
  imsi: '460041234567899',
  model: 'M5310',
  outcome: 'passed',
  isPractice: false,
  counts: { passed: 31, failed: 0, inconclusive: 0, skipped: 1 },
  total: 32,
  notPassed: [],
  reports: { pdf: 'pump_0010_20261122-140000.pdf' },
  journal: 'session_20261122-135900.mipl.ndjson',
  ...change,
});

/** A batch of these tests. */
export const sampleBatch = (tests: readonly BatchTest[], change: Partial<SiteBatch> = {}): SiteBatch => ({
  site: 'Pump station 3',
  technician: 'Li Hua',
  planned: 0,
  beganMs: Date.UTC(2026, 10, 22, 5, 50, 0),
  folder: '/reports/pump',
  tests,
  ...change,
});
