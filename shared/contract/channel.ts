import type { Events, RequestName } from './contract.ts';

/** The channel a request or an event travels on. */
export const channelOf = (name: RequestName | keyof Events): string => `mipl:${name}`;
