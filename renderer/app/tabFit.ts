import type { DeviceId } from '../../shared/programState.ts';

/** What decides whether a tab has to be seen. */
export interface FittedTab {
  readonly id: DeviceId;
  /** It is the one that is shown. */
  readonly isShown: boolean;
  /** Something went wrong in it that nobody has seen, or it waits for a person. */
  readonly wantsSomebody: boolean;
}

/** How the tabs stand in the bar. */
export interface TabFit {
  /** Mark and the end of the IMEI alone. */
  readonly isShort: boolean;
  /** The tabs in the bar, in their order; the others stand in a list at its end. */
  readonly inBar: readonly DeviceId[];
}

/** Room in pixels: a tab with its words, one with mark and …IMEI4, and the button of the list. */
export const tabWidths = { whole: 150, short: 118, list: 64 } as const;

/**
 * What finds room: all tabs with their words, else all shortened, else as many as there is room for, the one that is shown and those
 * that want somebody before all others. Pure.
 */
export function fitTabs(tabs: readonly FittedTab[], roomPx: number): TabFit {
  const ids = tabs.map(({ id }) => id);
  if (tabs.length * tabWidths.whole <= roomPx) return { isShort: false, inBar: ids };
  if (tabs.length * tabWidths.short <= roomPx) return { isShort: true, inBar: ids };
  const places = Math.max(1, Math.floor((roomPx - tabWidths.list) / tabWidths.short));
  const rank = ({ isShown, wantsSomebody }: FittedTab): number => 2 * Number(isShown) + Number(wantsSomebody);
  const first = tabs.toSorted((one, other) => rank(other) - rank(one)).slice(0, places);
  const chosen = new Set(first.map(({ id }) => id));
  return { isShort: true, inBar: ids.filter((id) => chosen.has(id)) };
}
