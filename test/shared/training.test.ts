import { expect, test } from 'vitest';
import { isOpenable } from '../../renderer/device/ports.ts';
import { readName } from '../../main/sim/simulator.ts';
import { trainingAt, trainingNames, trainingPort } from '../../shared/training.ts';
import { virtualProfile } from '../../shared/virtualPort.ts';

test.each(trainingNames)('%s is a port that can be opened, and is known again by it', (name) => {
  const port = trainingPort(name);
  expect(isOpenable(port)).toBe(true);
  expect(readName(virtualProfile(port) ?? '').profile.name).toBe('m5310-seed');
  expect(trainingAt(port)).toBe(name);
});

test('no other port is an exercise', () => {
  expect(trainingAt('sim:m5310-seed')).toBeUndefined();
  expect(trainingAt('/dev/ttyUSB0')).toBeUndefined();
});
