/** How the elements of one list came out of a `forEach` step, by their place in it: kept as far as somebody waits for the end. */

/** How a call of an element came out. */
export type ElementEnd =
  | { readonly status: "completed"; readonly value: unknown }
  | { readonly status: "skipped" }
  | { readonly status: "failed"; readonly error: unknown };

type Failures = readonly (readonly [index: number, error: unknown])[];

export interface EndsData {
  /** By index; missing where nobody waits for them. */
  readonly values: readonly unknown[];
  readonly skipped: readonly number[];
  readonly failures: Failures;
  /** Of elements that failed in a step before, and passed this one by; missing: none. */
  readonly passedBy?: Failures;
}

export class ElementEnds {
  readonly #values: unknown[] = [];
  readonly #skipped: number[] = [];
  readonly #failures: [index: number, error: unknown][] = [];
  readonly #passedBy: [index: number, error: unknown][] = [];

  /** Whether an element has failed in this step. */
  get hasFailed(): boolean {
    return this.#failures.length > 0;
  }

  note(index: number, end: ElementEnd): void {
    // filled up to there: an array with holes is slow, and not every store keeps them
    while (this.#values.length <= index) this.#values.push(null);
    if (end.status === "completed") this.#values[index] = end.value;
    else if (end.status === "skipped") this.#skipped.push(index);
    else this.#failures.push([index, end.error]);
  }

  /** How the element came out of a step before, if it did not complete there. */
  pass(index: number, end: ElementEnd): void {
    if (end.status !== "failed") return this.note(index, end);
    while (this.#values.length <= index) this.#values.push(null);
    this.#passedBy.push([index, end.error]);
  }

  /** What those returned that completed, in order. */
  completed(): readonly unknown[] {
    const missing = new Set([...this.#skipped, ...[...this.#failures, ...this.#passedBy].map(([index]) => index)]);
    return Object.freeze(this.#values.filter((_, index) => !missing.has(index)));
  }

  /** How each came out, in order. */
  all(length: number): readonly ElementEnd[] {
    const ends = Array.from({ length }, (_, index): ElementEnd => {
      return Object.freeze({ status: "completed", value: this.#values[index] });
    });
    for (const index of this.#skipped) ends[index] = Object.freeze({ status: "skipped" });
    for (const [index, error] of [...this.#failures, ...this.#passedBy])
      ends[index] = Object.freeze({ status: "failed", error });
    return Object.freeze(ends);
  }

  toJSON(): EndsData {
    return {
      values: [...this.#values],
      skipped: [...this.#skipped],
      failures: [...this.#failures],
      ...(this.#passedBy.length > 0 && { passedBy: [...this.#passedBy] }),
    };
  }

  restore({ values, skipped, failures, passedBy = [] }: EndsData): void {
    for (const value of values) this.#values.push(value);
    this.#skipped.push(...skipped);
    for (const [index, error] of failures) this.#failures.push([index, error]);
    for (const [index, error] of passedBy) this.#passedBy.push([index, error]);
  }
}
