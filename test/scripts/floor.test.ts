import { describe, expect, it } from 'vitest';
import { createFloor } from '../../scripts/floor.js';

function floorOf(...lanes: string[]) {
  let shown = '';
  const floor = createFloor(lanes, (text) => (shown += text));
  return { floor, shown: () => shown };
}

describe('the lines of lanes that run beside each other', () => {
  it('are printed at once where there is but one lane', () => {
    const { floor, shown } = floorOf('only');
    expect(floor.hasFloor('only')).toBe(true);
    floor.say('only', 'a');
    expect(shown()).toBe('a');
    floor.laneEnded('only');
    expect(shown()).toBe('a');
  });

  it('never fall into a step of the lane that has the floor', () => {
    const { floor, shown } = floorOf('first', 'second');
    expect(floor.hasFloor('second')).toBe(false);
    floor.say('first', '1a ');
    floor.say('second', '2a ');
    floor.stepEnded('second', true);
    floor.say('second', '2b ');
    floor.say('first', '1b ');
    expect(shown()).toBe('1a 1b ');
    floor.stepEnded('first', true);
    expect(shown()).toBe('1a 1b 2a ');
  });

  it('are printed whole steps at a time, never the begun one', () => {
    const { floor, shown } = floorOf('first', 'second');
    floor.say('second', 'begun ');
    floor.stepEnded('first', true);
    expect(shown()).toBe('');
    floor.say('second', 'ended ');
    floor.stepEnded('second', true);
    floor.stepEnded('first', true);
    expect(shown()).toBe('begun ended ');
  });

  it('of a step that failed are printed at once', () => {
    const { floor, shown } = floorOf('first', 'second');
    floor.say('first', '1 ');
    floor.say('second', 'broken ');
    floor.stepEnded('second', false);
    expect(shown()).toBe('1 broken ');
  });

  it('are live for the next lane when the first has come to its end', () => {
    const { floor, shown } = floorOf('first', 'second');
    floor.say('second', '2a ');
    floor.stepEnded('second', true);
    floor.say('second', '2b ');
    floor.laneEnded('first');
    expect(shown()).toBe('2a 2b ');
    expect(floor.hasFloor('second')).toBe(true);
    floor.say('second', '2c');
    expect(shown()).toBe('2a 2b 2c');
  });

  it('are not lost when a lane ends before the one that has the floor', () => {
    const { floor, shown } = floorOf('first', 'second', 'third');
    floor.say('second', '2 ');
    floor.stepEnded('second', true);
    floor.laneEnded('second');
    floor.say('third', '3 ');
    expect(shown()).toBe('');
    floor.laneEnded('first');
    expect(shown()).toBe('2 3 ');
    floor.laneEnded('third');
    expect(() => floor.say('third', 'more')).toThrow('No such lane: third');
  });
});
