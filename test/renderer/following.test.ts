import { describe, expect, it } from 'vitest';
import { Following } from '../../renderer/ui/following.ts';

const sight = 300;

/** A log of rows in a scroller: what a person and the program do to it, and when the browser tells. */
function station(rows = 1000) {
  const log = {
    isFollowing: true,
    isPaused: false,
    stopFollowing: () => void (log.isFollowing = false),
    follow: () => void (log.isFollowing = true),
  };
  const following = new Following(log);
  let height = rows * 22;
  let top = 0;
  let toldTop = 0;
  const place = () => ({ scrollTop: top, scrollHeight: height, clientHeight: sight });
  const move = (to: number): void => void (top = Math.min(Math.max(to, 0), Math.max(height - sight, 0)));
  const bench = {
    log,
    following,
    end: () => height - sight,
    top: () => top,
    place,
    /** Where the list is moved, by whomever: the browser tells of it with the next frame. */
    move,
    /** What the list does with a batch. */
    append(more: number): void {
      height += more * 22;
      bench.keepAtEnd();
    },
    keepAtEnd(): void {
      if (!following.keepsAtEnd) return;
      move(Infinity);
      following.placed(place());
    },
    steer: (direction: 'up' | 'on') => following.steer(direction, place()),
    press: () => following.press(place()),
    /** A frame: what the browser tells of scrolling, where there was some, and what is drawn then. */
    frame(): void {
      if (top !== toldTop) following.scrolled(place());
      toldTop = top;
      following.drawn(place());
    },
  };
  bench.keepAtEnd();
  bench.frame();
  return bench;
}

describe('a log that follows its end', () => {
  it('goes on although the program moved it up right after a person pressed a key or a row', () => {
    const { log, following, move, end, steer, press, frame } = station();
    steer('on');
    press();
    following.letGo(false);
    move(end() - 400);
    frame();
    expect(log.isFollowing).toBe(true);
  });

  it('goes on although it was moved up by the program before a row was pressed, and the browser tells only then', () => {
    const { log, following, move, end, press, frame } = station();
    move(end() - 400);
    press();
    frame();
    following.letGo(false);
    expect(log.isFollowing).toBe(true);
  });

  it('stops with the wheel, whatever comes before the browser tells how far it came', () => {
    const { log, end, top, append, move, steer, frame } = station();
    const before = end();
    steer('up');
    for (let batch = 0; batch < 5; batch++) append(3);
    move(before - 2);
    frame();
    expect([log.isFollowing, top()]).toEqual([false, before - 2]);
  });

  it('does not stop where there is nothing further up', () => {
    const { log, steer } = station(3);
    steer('up');
    expect(log.isFollowing).toBe(true);
  });

  it('lies still below a pointer that is held down, and goes on when it is let go', () => {
    const { log, following, end, top, append, press, keepAtEnd } = station();
    const before = top();
    press();
    append(20);
    expect(top()).toBe(before);
    following.letGo(false);
    keepAtEnd();
    expect([log.isFollowing, top()]).toEqual([true, end()]);
  });

  it('stops when its scroll bar is drawn up, by ever so little at a time', () => {
    const { log, top, append, move, press, frame } = station();
    press();
    for (let step = 0; step < 5; step++) {
      append(1);
      move(top() - 6);
      frame();
    }
    expect(log.isFollowing).toBe(false);
  });

  it('stops when its scroll bar is drawn up a pixel at a time', () => {
    const { log, top, move, press, frame } = station();
    press();
    for (let step = 0; step < 30; step++) {
      move(top() - 1);
      frame();
    }
    expect(log.isFollowing).toBe(false);
  });

  it('stays where text of it was selected', () => {
    const { log, following, press } = station();
    press();
    following.letGo(true);
    expect(log.isFollowing).toBe(false);
  });
});

describe('a log that somebody reads further up', () => {
  /** As it is further up, with what came since on the screen. */
  function above() {
    const bench = station();
    bench.steer('up');
    bench.move(bench.end() - 900);
    bench.frame();
    bench.append(10);
    bench.frame();
    return bench;
  }

  it('follows again whoever comes to the end', () => {
    const { log, move, end, steer, frame } = above();
    steer('on');
    move(end() - 300);
    frame();
    expect(log.isFollowing).toBe(false);
    move(end());
    frame();
    expect(log.isFollowing).toBe(true);
  });

  it('follows again whoever comes to the end that was shown, although more has come since', () => {
    const { log, append, move, end, steer, frame } = above();
    const shown = end();
    steer('on');
    append(40);
    move(shown);
    frame();
    expect(log.isFollowing).toBe(true);
  });

  it('follows again whoever comes to the end that was shown when they asked for it, although frames have shown more since', () => {
    const { log, append, move, end, top, steer, frame } = above();
    const asked = end();
    steer('on');
    while (top() < asked) {
      append(3);
      move(Math.min(asked, top() + 200));
      frame();
    }
    expect(log.isFollowing).toBe(true);
  });

  it('does not follow because the program brings a line near the end into sight', () => {
    const { log, following, move, end, steer, frame } = above();
    steer('on');
    move(end());
    following.placed({ scrollTop: end(), scrollHeight: end() + sight, clientHeight: sight });
    frame();
    expect(log.isFollowing).toBe(false);
  });

  it('does not follow with the first pixels of a wheel that moves up from the end', () => {
    const { log, move, end, steer, frame } = station();
    steer('up');
    frame();
    move(end() - 2);
    frame();
    expect(log.isFollowing).toBe(false);
  });

  it('follows again where folding made the list shorter and the browser moved it to its new end', () => {
    const { log, append, move, end, frame } = above();
    append(-500);
    move(end());
    frame();
    expect(log.isFollowing).toBe(true);
  });

  it('stays where folding made the list shorter below what is read', () => {
    const { log, append, end, top, frame } = above();
    append(-20);
    frame();
    expect([log.isFollowing, end() - top() > 100]).toEqual([false, true]);
  });

  it('does not follow because the program folded a row above the line that it brought into sight', () => {
    const { log, following, append, move, end, frame, place } = above();
    move(end());
    following.placed(place());
    frame();
    append(-2);
    move(end());
    following.placed(place());
    frame();
    expect(log.isFollowing).toBe(false);
  });

  it('follows again once all rows are in sight although it stood at its top, of which the browser tells nothing', () => {
    const { log, append, move, top, frame } = above();
    move(0);
    frame();
    append(-1005);
    frame();
    expect([top(), log.isFollowing]).toEqual([0, true]);
  });

  it('follows again once all rows are in sight, as when they are folded', () => {
    const { log, append, move, frame } = above();
    append(-1005);
    move(0);
    frame();
    expect(log.isFollowing).toBe(true);
  });

  it('does not follow because rows were put above those that are read', () => {
    const { log, append, move, top, steer, frame } = above();
    steer('up');
    const before = top();
    append(160);
    move(before + 160 * 22);
    frame();
    expect(log.isFollowing).toBe(false);
  });

  it('does not follow while it is frozen', () => {
    const { log, move, end, steer, frame } = above();
    log.isPaused = true;
    steer('on');
    move(end());
    frame();
    expect(log.isFollowing).toBe(false);
  });
});
