/**
 * Values by call id, in the order in which they were set. One stands by itself, since most runs have one call open at a time
 * and a Map allocates anew whenever its last entry goes.
 */
export class CallTable<T> {
  #id = 0;
  #value: T | undefined;
  #many: Map<number, T> | undefined;

  get size(): number {
    return this.#many?.size ?? (this.#id === 0 ? 0 : 1);
  }

  has(id: number): boolean {
    return this.#many === undefined ? id === this.#id : this.#many.has(id);
  }

  get(id: number): T | undefined {
    if (this.#many !== undefined) return this.#many.get(id);
    return id === this.#id ? this.#value : undefined;
  }

  /** @param id From 1. */
  set(id: number, value: T): void {
    if (this.#many === undefined && this.#id !== 0 && this.#id !== id) {
      this.#many = new Map([[this.#id, this.#value as T]]);
      this.#clear();
    }
    if (this.#many !== undefined) {
      this.#many.set(id, value);
      return;
    }
    this.#id = id;
    this.#value = value;
  }

  delete(id: number): void {
    if (this.#many === undefined) {
      if (id === this.#id) this.#clear();
      return;
    }
    this.#many.delete(id);
    if (this.#many.size === 0) this.#many = undefined;
  }

  /** As it stands now: what is set or deleted while they are gone through does not matter. */
  values(): T[] {
    if (this.#many !== undefined) return [...this.#many.values()];
    return this.#id === 0 ? [] : [this.#value as T];
  }

  entries(): [id: number, value: T][] {
    if (this.#many !== undefined) return [...this.#many];
    return this.#id === 0 ? [] : [[this.#id, this.#value as T]];
  }

  #clear(): void {
    this.#id = 0;
    this.#value = undefined;
  }
}
