/** Virtual time: what is to happen, in order, and a count of what happened. */

export interface Due {
  readonly at: number;
  readonly owner: string;
  readonly run: () => void;
  dead: boolean;
}

export class Timeline {
  now = 1_000_000;
  /** Rises with everything that happens, so that two things of one millisecond have an order. */
  tick = 0;
  /** Latest first, so that the next one is popped. */
  readonly #queue: Due[] = [];

  /** Later means behind everything that is due at the same time. */
  after(ms: number, owner: string, run: () => void): Due {
    const due: Due = { at: this.now + Math.max(0, ms), owner, run, dead: false };
    let place = this.#queue.length;
    while (place > 0 && (this.#queue[place - 1] as Due).at <= due.at) place--;
    this.#queue.splice(place, 0, due);
    return due;
  }

  /** The next thing to happen; moves the clock to it. */
  next(): Due | undefined {
    for (;;) {
      const due = this.#queue.pop();
      if (!due) return undefined;
      if (due.dead) continue;
      this.now = due.at;
      return due;
    }
  }

  pending(owner: string): number {
    let count = 0;
    for (const due of this.#queue) if (!due.dead && due.owner === owner) count++;
    return count;
  }
}
