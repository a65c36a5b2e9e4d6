import { describe, expect, it } from 'vitest';
import { smallest, visiblePlace } from '../../main/windowPlace.ts';

const laptop = { x: 0, y: 0, width: 1366, height: 728 };
/** Left of the laptop's own: places on it have negative numbers. */
const beside = { x: -1920, y: 0, width: 1920, height: 1040 };
const place = { x: 100, y: 50, width: 1200, height: 650 };

describe('the place that the window had', () => {
  it.each([
    ['on the one screen there is', place, [laptop]],
    ['on the second of two', { ...place, x: -1800 }, [laptop, beside]],
    ['partly beyond an edge, where its bar can still be seized', { ...place, x: 1200, y: 600 }, [laptop]],
  ])('is taken again %s', (_, remembered, screens) => {
    expect(visiblePlace(remembered, screens)).toEqual(remembered);
  });

  it.each([
    ['of a screen that is no longer plugged in', { ...place, x: -1800 }, [laptop]],
    ['right of all screens', { ...place, x: 1300 }, [laptop]],
    ['whose bar lies above all screens', { ...place, y: -40 }, [laptop]],
    ['below all screens', { ...place, y: 700 }, [laptop]],
    ['where the system tells of no screen', place, []],
    ['smaller than the window can be', { ...place, width: smallest.width - 1 }, [laptop]],
    ['lower than the window can be', { ...place, height: smallest.height - 1 }, [laptop]],
    ['with a part of a pixel', { ...place, x: 0.5 }, [laptop]],
    ['with text for numbers', { ...place, x: '100' }, [laptop]],
    ['without a height', { x: 0, y: 0, width: 1200 }, [laptop]],
    ['that is null', null, [laptop]],
    ['that is no place', 'left', [laptop]],
  ])('is not taken %s', (_, remembered, screens) => {
    expect(visiblePlace(remembered, screens)).toBeUndefined();
  });
});
