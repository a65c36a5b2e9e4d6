/** Times of a run; the defaults are for a real module. All in milliseconds. */
export interface Patience {
  /** The platform is quiet after this long without a line. */
  readonly quietMs: number;
  /** How long a person may take for a call. */
  readonly operatorMs: number;
  /** How long one side may lag behind the other: the platform behind the module, a line of the module behind the platform. */
  readonly platformLagMs: number;
  /** What has not come after this long does not come: platforms pause for seconds between two requests. */
  readonly absentMs: number;
  readonly pollMs: number;
}

export const defaultPatience: Patience = {
  quietMs: 3000,
  operatorMs: 300_000,
  platformLagMs: 20_000,
  absentMs: 10_000,
  pollMs: 2000,
};
/** The simulated platform answers at once, and nobody needs to wait for the radio. */
export const simulatedPatience: Partial<Patience> = { quietMs: 600, absentMs: 1500, pollMs: 300 };

/** What outlives a single case. */
export interface RunMemory {
  /** Remembered texts. */
  readonly texts: Record<string, string>;
  /** Values to be put back after the case, by path. */
  readonly before: Map<string, string>;
  /** The module has every object of the model. */
  isSuiteWhole: boolean;
  /** Objects the suite of the module has: the platform asks for each after a registration. */
  suiteObjects: readonly number[];
  /** Something the engine was asked for and the case did not wait for. */
  underWay: Promise<unknown> | undefined;
  /** Calls the platform has not answered: it asks a device one thing after the other. */
  readonly openCalls: Set<Promise<unknown>>;
  /** Whether the module has the document's commands for UDP; undefined while nobody asked. */
  hasSockets: boolean | undefined;
}

/** Before the first case. */
export const freshMemory = (): RunMemory => ({
  texts: {},
  before: new Map(),
  isSuiteWhole: false,
  suiteObjects: [],
  underWay: undefined,
  openCalls: new Set(),
  hasSockets: undefined,
});
