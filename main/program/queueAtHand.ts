/** What the program has to know of a queue that somebody has asked for. */
export interface QueueAtHand {
  /** The station of this window is testing a device there. */
  uses(port: string): boolean;
  /** Ends station and connection. */
  disconnect(): Promise<void>;
  end(): Promise<void>;
}
