/**
 * Where a run loop waits until something arrives. A gate wakes it a moment later, where it was when it began to wait: what is
 * stored in its async context stays.
 */
export class LoopGate {
  /** Set while the loop waits. */
  #wake: (() => void) | undefined;
  #open: (() => void) | undefined;

  /** @param elsewhere What comes next may come in another async context. */
  wait(wake: () => void, elsewhere: boolean): void {
    this.#wake = wake;
    if (elsewhere) this.#open ??= this.#newGate();
  }

  /** Wakes the loop a moment later, if it waits. */
  open(): void {
    if (!this.#wake) return;
    const open = this.#open ?? this.#newGate();
    this.#open = undefined;
    open();
  }

  /** Wakes the loop at once, if it waits. */
  wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #newGate(): () => void {
    let open!: () => void;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    void gate.then(() => this.wakeUp());
    return open;
  }
}
