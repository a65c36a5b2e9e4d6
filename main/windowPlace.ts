import type { Rectangle } from 'electron';

/** What the window needs at least: a screen of 1280×720 at 150 % has 853×480 of these pixels, its taskbar included. */
export const smallest = { width: 800, height: 420 } as const;

/** A place on a screen that still exists: a window restored beyond all screens could not be found again. */
export function visiblePlace(place: unknown, screens: readonly Rectangle[]): Rectangle | undefined {
  if (typeof place !== 'object' || place === null) return undefined;
  const { x, y, width, height } = place as Record<string, unknown>;
  if (![x, y, width, height].every((value) => Number.isInteger(value))) return undefined;
  const rectangle = { x, y, width, height } as Rectangle;
  if (rectangle.width < smallest.width || rectangle.height < smallest.height) return undefined;
  const isSeen = screens.some(
    (area) =>
      rectangle.x + 100 <= area.x + area.width &&
      rectangle.x + rectangle.width - 100 >= area.x &&
      rectangle.y >= area.y &&
      rectangle.y + 100 <= area.y + area.height,
  );
  return isSeen ? rectangle : undefined;
}
