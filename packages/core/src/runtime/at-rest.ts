/** How long a step that waits for people or children may do something else unseen before it is taken to wait for them alone. */
const quietMs = 100;

/** The children of an attempt that wait for the outside, by key, and what wakes the attempt for them. */
export class AtRest {
  readonly #wakes = new Map<string, () => void>();
  #quiet: ReturnType<typeof setTimeout> | undefined;

  get size(): number {
    return this.#wakes.size;
  }

  /** Until there is news of the child. */
  untilNews(key: string): Promise<void> {
    return new Promise((resolve) => this.#wakes.set(key, resolve));
  }

  /** There is news of the child; false: nobody waits for it. */
  wake(key: string): boolean {
    const wake = this.#wakes.get(key);
    this.#wakes.delete(key);
    wake?.();
    return wake !== undefined;
  }

  /**
   * Something else that the step has begun has come to an end. It may have gone on with anything, or (a `Promise.all`) with
   * nothing: `rested` is called unless this is again within a while, if it waits for anything. By the system's clock: this is about what code does,
   * not about what it waits for.
   */
  goOn(rested: () => void, questions: number): void {
    clearTimeout(this.#quiet);
    if (this.#wakes.size + questions > 0) this.#quiet = setTimeout(rested, quietMs);
  }

  close(): void {
    clearTimeout(this.#quiet);
    this.#wakes.clear();
  }
}
