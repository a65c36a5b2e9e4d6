/** Folders that the program keeps something in: journals of window and command line, settings, what is left of crashes. */
export const placeNames = ['journals', 'commandLine', 'settings', 'crashes'] as const;

/** One of {@link placeNames}. */
export type PlaceName = (typeof placeNames)[number];

/** What the program tells of itself. */
export interface About {
  readonly places: Readonly<Record<PlaceName, string>>;
  /**
   * For a bug report, English, several lines without unseen characters: nothing in it says whose module, card, network or
   * computer it is.
   */
  readonly diagnosticText: string;
}
