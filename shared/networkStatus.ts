/** `<stat>` of +CEREG that we act on (TS 27.007 §10.1.22). */
export const networkStatus = { home: 1, denied: 3, roaming: 5 } as const;

/** True for a status with which data can be sent: at home or roaming. */
export function isOnNetwork(status: unknown): boolean {
  return status === networkStatus.home || status === networkStatus.roaming;
}
