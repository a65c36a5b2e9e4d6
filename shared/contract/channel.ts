import type { Events, RequestName } from './contract.ts';

/** The channel a request or an event travels on. */
export const channelOf = (name: RequestName | keyof Events): string => `mipl:${name}`;

/** Main asks whether the page hears, with a number; the bridge answers, since it hears in the same turns as the page. */
export const askChannel = 'mipl:doYouHear';
/** The answer, with the same number; 0 as soon as a page begins. */
export const hearChannel = 'mipl:heard';
