/**
 * Why a virtual module refuses a command. The profile gives each its number: `parameter` syntax, range or a value that
 * does not fit; `state` not now (not registered, already open); `exists` a second one is not allowed; `missing` there is
 * nothing to act on; `unobserved` nobody observes that path; `radio` no network; `noCard` and
 * `cardLocked` of the SIM card; `unknown` no such command.
 */
export type CommandRefusalReason =
  'parameter' | 'state' | 'exists' | 'missing' | 'unobserved' | 'radio' | 'noCard' | 'cardLocked' | 'unknown';

/** Those that a MIPL command can meet: for them each family has numbers of its own. */
export type MiplRefusalReason = Exclude<CommandRefusalReason, 'noCard' | 'cardLocked' | 'unknown'>;

/** A command the module refuses; the message is for our own log, the host sees a number or a bare ERROR. */
export class CommandRefusal extends Error {
  readonly reason: CommandRefusalReason;

  constructor(reason: CommandRefusalReason, message: string) {
    super(message);
    this.name = 'CommandRefusal';
    this.reason = reason;
  }
}
