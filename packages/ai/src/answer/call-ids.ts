/**
 * Ids of tool calls: the model's own, made unique where it uses one again. Some servers count from `call_0` in each answer, and two calls
 * of one id would be one call to whoever reads them.
 */
export class CallIds {
  readonly #taken: Set<string>;
  readonly #place: string;
  /** By the stream's own id: what it stands for now, and whether its call has come. */
  readonly #current = new Map<string, { readonly id: string; called: boolean }>();

  /** `taken`: those of the conversation so far. */
  constructor(taken: ReadonlySet<string>, place: string) {
    this.#taken = new Set(taken);
    this.#place = place;
  }

  /** The input of a call begins. */
  open(raw: string): string {
    const id = this.#unique(raw);
    this.#current.set(raw, { id, called: false });
    return id;
  }

  /** The call itself. */
  take(raw: string): string {
    const current = this.#current.get(raw);
    if (!current || current.called) this.open(raw);
    const now = this.#current.get(raw)!;
    now.called = true;
    return now.id;
  }

  at(raw: string): string {
    return this.#current.get(raw)?.id ?? this.open(raw);
  }

  #unique(raw: string): string {
    let id = raw;
    for (let again = 1; id === "" || this.#taken.has(id); again++) id = `${raw || "call"}~${this.#place}~${again}`;
    this.#taken.add(id);
    return id;
  }
}
