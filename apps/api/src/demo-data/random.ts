/** Numbers that look random and are always the same for a seed: the generator's only source of chance. */
export class Random {
  private state: number;

  /** `label` gives every part of the data a sequence of its own, so that a change in one part leaves the others as they are. */
  constructor(
    private readonly seed: number,
    private readonly label: string,
  ) {
    this.state = [...`${seed}/${label}`].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261) >>> 0;
  }

  /** A sequence of its own for a part of the data. */
  part(label: string): Random {
    return new Random(this.seed, `${this.label}/${label}`);
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor((this.next() / 4_294_967_296) * (most - least + 1));
  }

  /** True in `share` of the cases, 0 to 1. */
  chance(share: number): boolean {
    return this.next() < share * 4_294_967_296;
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)] as T;
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const mixed = [...list];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = this.whole(0, last);
      [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
    }
    return mixed;
  }

  /** Mulberry32: 32 bits of state, whole-number arithmetic alone, the same on every machine. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
