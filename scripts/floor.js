// @ts-check

/**
 * Lets lanes of steps that run at once be read one after the other. The first lane has the floor: what it says is printed
 * at once. What the others say is kept, and printed a whole step at a time when the floor's step has ended; a step that
 * failed is printed at once, whoever has the floor. When a lane has come to its end, the next one has the floor.
 * @param {readonly string[]} lanes
 * @param {(text: string) => unknown} print
 */
export function createFloor(lanes, print) {
  const running = lanes.map((name) => ({ name, ended: '', said: '' }));
  /** Of lanes that are over and wait for the floor's step to end. */
  let left = '';

  const laneOf = (/** @type {string} */ name) => {
    const lane = running.find((one) => one.name === name);
    if (!lane) throw new Error(`No such lane: ${name}`);
    return lane;
  };
  const put = (/** @type {string} */ text) => {
    if (text !== '') print(text);
  };
  const printEnded = () => {
    put(left);
    left = '';
    for (const lane of running) {
      put(lane.ended);
      lane.ended = '';
    }
  };

  return {
    /** Whether what this lane says now is on the screen. @param {string} name */
    hasFloor: (name) => running[0]?.name === name,
    /** @param {string} name @param {string} text */
    say(name, text) {
      const lane = laneOf(name);
      if (lane === running[0]) print(text);
      else lane.said += text;
    },
    /** @param {string} name @param {boolean} isGood */
    stepEnded(name, isGood) {
      const lane = laneOf(name);
      lane.ended += lane.said;
      lane.said = '';
      if (lane === running[0] || !isGood) printEnded();
    },
    /** @param {string} name */
    laneEnded(name) {
      const lane = laneOf(name);
      const hadFloor = lane === running[0];
      running.splice(running.indexOf(lane), 1);
      left += lane.ended + lane.said;
      if (!hadFloor) return;
      printEnded();
      const next = running[0];
      if (!next) return;
      put(next.said);
      next.said = '';
    },
  };
}
