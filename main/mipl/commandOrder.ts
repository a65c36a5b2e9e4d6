import type { LineTag } from '../../shared/log.ts';
import type { Priority } from '../at/channel.ts';

/** How a command of the table is ordered. */
export interface CommandOrder {
  /** Default `session`. */
  readonly priority?: Priority;
  /** What it belongs to. */
  readonly tag?: LineTag;
  /** Called when the command is handed to the link, with the milliseconds its bytes take to leave. */
  readonly onLeaving?: (leavingMs: number) => void;
}
