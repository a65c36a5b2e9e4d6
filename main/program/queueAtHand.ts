/** What the program has to know of a queue that somebody has asked for. */
export interface QueueAtHand {
  /** Somebody wants the port of that one name: resolves with false where the station of this window is testing a device there. */
  letGo(name: string): Promise<boolean>;
  /** Ends station and connection. */
  disconnect(): Promise<void>;
  end(): Promise<void>;
}
