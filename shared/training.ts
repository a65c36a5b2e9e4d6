import { firstVirtualPort } from './virtualPort.ts';

/**
 * Faults of the virtual module that are worth having met before one meets them at a site, each as `mipl sim --fault` knows it.
 * A restart and a pulled cable come some time after the device is registered.
 */
export const trainingFaults = {
  noSim: 'no-sim',
  denied: 'denied',
  weak: 'weak',
  lateOk: 'late-ok=4000',
  reboot: 'reboot-after=35',
  unplug: 'unplug-after=35',
} as const;
export type TrainingName = keyof typeof trainingFaults;

/** All of them, the simplest first. */
export const trainingNames = Object.keys(trainingFaults) as readonly TrainingName[];

/** The port of the virtual module that has the fault. */
export const trainingPort = (name: TrainingName): string => `${firstVirtualPort}?fault=${trainingFaults[name]}`;

/** The exercise that a port is; undefined for any other. */
export const trainingAt = (path: string): TrainingName | undefined =>
  trainingNames.find((name) => trainingPort(name) === path);
