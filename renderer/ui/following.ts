/** How a list is scrolled, in pixels, as the DOM names it. */
export type ScrollPlace = Pick<HTMLElement, 'scrollTop' | 'scrollHeight' | 'clientHeight'>;

/** What follows its end, or stands still. */
interface Followed {
  readonly isFollowing: boolean;
  readonly isPaused: boolean;
  stopFollowing(): void;
  follow(): void;
}

/** So close to the end, in pixels, is at it: heights of rows have fractions. */
const AT_END = 4;
/** What a hand that rests on the scroll bar may tremble. */
const TREMBLE = 1;

const endOf = ({ scrollHeight, clientHeight }: ScrollPlace): number => scrollHeight - clientHeight;

/**
 * Decides whether a list follows its end, by what a person does and never by where it stands alone: the program scrolls, too,
 * and is told of it late. On a slow computer a place is heard of seconds after it was asked for, when rows have come meanwhile.
 * Plain logic; whoever has the list tells it of every event.
 */
export class Following {
  readonly #followed: Followed;
  #isHeld = false;
  /** A person moves on towards the end, or holds the list; the program does not. */
  #goesOn = false;
  #lastTop = 0;
  /** How far down the list was at most while it is held: a hand may draw it up a pixel at a time. */
  #heldTop = 0;
  /** Where the end was on the screen: whoever comes so far has reached it, whatever has come since. */
  #shownEnd = 0;
  /** The same when a person last asked to move on: the browser takes its time to get there. */
  #askedEnd = Infinity;
  /** Where the end was at last: a list that became shorter is moved by the browser, to its end at most. */
  #lastEnd = 0;

  constructor(followed: Followed) {
    this.#followed = followed;
  }

  /** The program may move the list to its end: nobody holds it. */
  get keepsAtEnd(): boolean {
    return this.#followed.isFollowing && !this.#followed.isPaused && !this.#isHeld;
  }

  /** A wheel, a key or a finger moves up, or on. */
  steer(direction: 'up' | 'on', place: ScrollPlace): void {
    this.#goesOn = direction === 'on';
    this.#askedEnd = this.#shownEnd;
    // At once: until the browser tells how far it came, new rows would have taken it back.
    if (direction === 'up' && place.scrollTop > 0) this.#followed.stopFollowing();
  }

  /** A pointer is pressed, on the scroll bar or on a row: the list lies still below it. */
  press(place: ScrollPlace): void {
    this.#isHeld = true;
    this.#goesOn = true;
    this.#askedEnd = Infinity;
    this.#lastTop = place.scrollTop;
    this.#heldTop = place.scrollTop;
  }

  /** It is let go; rows of which a person `hasSelected` some text stay where they are. */
  letGo(hasSelected: boolean): void {
    this.#isHeld = false;
    if (hasSelected) this.#followed.stopFollowing();
  }

  /** The program has moved the list: to its end, or to a line that is looked at. */
  placed(place: ScrollPlace): void {
    this.#goesOn = false;
    this.#lastTop = place.scrollTop;
    this.#lastEnd = endOf(place);
  }

  /** The list is drawn so. */
  drawn(place: ScrollPlace): void {
    // Where nothing had to be moved the browser tells of nothing: all rows are in sight, and the list was at its top.
    this.#followShrunk(place);
    this.#shownEnd = endOf(place);
    this.#lastEnd = this.#shownEnd;
  }

  /** By folding or a filter the list became shorter: whoever sees its end now sees what comes there. */
  #followShrunk(place: ScrollPlace): void {
    const end = endOf(place);
    const { isFollowing, isPaused } = this.#followed;
    if (isFollowing || isPaused || end >= this.#lastEnd - AT_END || end - place.scrollTop >= AT_END) return;
    this.#followed.follow();
  }

  /** The browser tells that the list was scrolled, by whomever. */
  scrolled(place: ScrollPlace): void {
    const { scrollTop } = place;
    const end = endOf(place);
    const { isFollowing, isPaused } = this.#followed;
    const hasReachedEnd =
      this.#goesOn && scrollTop > this.#lastTop && scrollTop > Math.min(end, this.#shownEnd, this.#askedEnd) - AT_END;
    this.#followShrunk(place);
    if (this.#isHeld && scrollTop < this.#heldTop - TREMBLE && end - scrollTop > AT_END) this.#followed.stopFollowing();
    else if (!isFollowing && !isPaused && hasReachedEnd) this.#followed.follow();
    this.#heldTop = Math.max(this.#heldTop, scrollTop);
    this.#lastTop = scrollTop;
    this.#lastEnd = end;
  }
}
