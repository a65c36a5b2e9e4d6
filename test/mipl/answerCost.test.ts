import { describe, expect, it } from 'vitest';
import { CommandPace, smallestAnswerMs } from '../../main/mipl/answerCost.ts';

const line = 'AT+MIPLREADRSP=0,64441,1,3303,0,5700,4,4,20.123,11,0';

describe('the smallest time of an answer', () => {
  it('is the wire there and back and the module between, for each line', () => {
    // 52 characters, CR LF, and CR LF OK CR LF: 60 bytes of 10 bits.
    expect(smallestAnswerMs([line], 9600, 50)).toBeCloseTo(62.5 + 50);
    expect(smallestAnswerMs(Array<string>(12).fill(line), 9600, 50)).toBeCloseTo(12 * 112.5);
  });

  it('is the module alone where nothing is known of the wire', () => {
    expect(smallestAnswerMs([line, line], undefined, 40)).toBe(80);
  });
});

describe('the pace of a module', () => {
  it('is guessed until the first answer was measured', () => {
    expect(new CommandPace().perCommandMs).toBe(50);
  });

  it('is the median of the last 20 lines, without their time on the wire', () => {
    const pace = new CommandPace();
    for (let count = 0; count < 20; count++) pace.add(line, 1000, 9600);
    for (let count = 0; count < 11; count++) pace.add(line, 62.5 + 30, 9600);
    expect(pace.perCommandMs).toBeCloseTo(30);
  });

  it('is never below nothing', () => {
    const pace = new CommandPace();
    pace.add(line, 1, 9600);
    expect(pace.perCommandMs).toBe(0);
  });
});
