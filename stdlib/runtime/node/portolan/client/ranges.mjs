// Ranges of sort keys.

const said = (value) => value !== undefined && value !== null;

/** What a sort key is limited to: ends, which may be excluded, or what a text begins with. */
export class Range {
  constructor({ equals, atLeast, atMost, above, below, prefix }) {
    const ends = [said(equals), said(atLeast) || said(above), said(atMost) || said(below)];
    const twice = (said(atLeast) && said(above)) || (said(atMost) && said(below));
    const alone = said(equals) || said(prefix);
    if (twice || (alone && [...ends, said(prefix)].filter(Boolean).length > 1)) {
      throw new RangeError("a range has one lower and one upper end, or is said by `equals` or `prefix` alone");
    }
    if (said(prefix) && (typeof prefix !== "string" || prefix === "")) {
      throw new RangeError(`\`prefix\` is a text that is not empty, not ${JSON.stringify(prefix)}`);
    }
    this.low = equals ?? atLeast ?? above;
    this.high = equals ?? atMost ?? below;
    this.lowExcluded = said(above);
    this.highExcluded = said(below);
    this.prefix = prefix ?? undefined;
  }

  /** Every value that it names. */
  values() {
    return [this.low, this.high, this.prefix].filter(said);
  }

  /** Whether a value is inside. */
  holds(value) {
    if (this.prefix !== undefined) return typeof value === "string" && value.startsWith(this.prefix);
    if (said(this.low)) {
      const rank = compare(value, this.low);
      if (rank < 0 || (this.lowExcluded && rank === 0)) return false;
    }
    if (!said(this.high)) return true;
    const rank = compare(value, this.high);
    return rank < 0 || (!this.highExcluded && rank === 0);
  }
}

/** How values sort: texts by their bytes, numbers by size. */
export function compare(one, other) {
  return typeof one === "string" ? Buffer.compare(Buffer.from(one), Buffer.from(String(other))) : one - other;
}
