// Chance that a seed decides: the same seed makes the same choices on every machine.

export class Dice {
  #state;

  constructor(seed) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** At least 0, below 1 (mulberry32). */
  float() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability) {
    return this.float() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  range(low, high) {
    return low + Math.floor(this.float() * (high - low + 1));
  }

  pick(list) {
    return list[Math.floor(this.float() * list.length)];
  }

  /** Up to `count` different elements, in the list's order. */
  several(list, count) {
    const chosen = new Set();
    for (let i = 0; i < count && list.length > 0; i++) chosen.add(this.range(0, list.length - 1));
    return list.filter((_, i) => chosen.has(i));
  }

  shuffled(list) {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.range(0, i);
      [result[i], result[j]] = [result[j], result[i]];
    }
    return result;
  }

  /** One value of `[[weight, value], …]`. */
  weighted(choices) {
    let left = this.float() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices.at(-1)[1];
  }
}
