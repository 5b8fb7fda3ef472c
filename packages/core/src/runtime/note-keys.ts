/**
 * The keys by which one attempt uses `once`, `sleep`, `ask` and `runFlow`. A key names the same piece of work in every attempt: it is
 * answered from what an earlier one noted, shared by uses at the same time, and used for one thing only.
 */
import { FlowError } from "../errors/index.js";
import type { CallNote } from "../ports/index.js";

const inside = " › ";

/** What the keys begin with of all that is kept inside of the `once` with this key. */
export const insideKey = (key: string): string => `${key}${inside}`;

export class NoteKeys {
  readonly #step: string;
  readonly #given: ReadonlyMap<string, CallNote> | undefined;
  readonly #made = new Map<string, CallNote>();
  readonly #running = new Map<string, { readonly use: string; readonly result: Promise<unknown> }>();
  readonly #used = new Set<string>();

  constructor(step: string, given: ReadonlyMap<string, CallNote> | undefined) {
    this.#step = step;
    // the map itself grows with what is noted from now on
    this.#given = given && new Map(given);
  }

  /**
   * Uses of a key at the same time share one execution.
   * @throws {FlowError} STEP_KEYS_CHANGED – the key is no text, or was used for something else
   */
  shared(key: string, use: string, work: () => Promise<unknown>): Promise<unknown> {
    if (typeof key !== "string" || key === "") throw this.error(`a key that is no text: ${String(key)}`);
    this.#used.add(key);
    const running = this.#running.get(key);
    if (running && running.use !== use) throw this.#otherUse(key, use, running.use);
    if (running) return running.result;
    const result = work();
    this.#running.set(key, { use, result });
    // a failure is not kept: the next use tries again
    result.catch(() => this.#running.delete(key));
    return result;
  }

  /** What was noted by this key, in this attempt or an earlier one. */
  find<K extends CallNote["kind"]>(key: string, kind: K): Extract<CallNote, { kind: K }> | undefined {
    const note = this.#made.get(key) ?? this.#given?.get(key);
    if (note === undefined) return undefined;
    if (note.kind === kind) return note as Extract<CallNote, { kind: K }>;
    throw this.#otherUse(key, uses[kind], uses[note.kind]);
  }

  /** What this attempt has noted by the key. */
  made(key: string): CallNote | undefined {
    return this.#made.get(key);
  }

  make(key: string, note: CallNote): void {
    this.#made.set(key, note);
  }

  /** The key is one of a use that is under way. */
  use(key: string): void {
    this.#used.add(key);
  }

  /**
   * The step has returned: what an earlier attempt noted must have been asked for again, if this one noted something else.
   * @throws {FlowError} STEP_KEYS_CHANGED
   */
  check(): void {
    if (this.#made.size === 0 || !this.#given) return;
    const unused = [...this.#given.keys()].filter((key) => !this.#used.has(key) && !this.#isInside(key));
    if (unused.length === 0) return;
    const made = [...this.#made.keys()].filter((key) => !this.#given?.has(key));
    throw this.error(`${quoted(made)} in this attempt, where an earlier one used ${quoted(unused)}`);
  }

  /** Whether it was kept inside of a `once` that is used: that may be done, so nobody asks for it. */
  #isInside(key: string): boolean {
    for (let at = key.indexOf(inside); at > 0; at = key.indexOf(inside, at + 1))
      if (this.#used.has(key.slice(0, at))) return true;
    return false;
  }

  #otherUse(key: string, use: string, before: string): FlowError {
    return this.error(`the key "${key}" for ${use}, which was used for ${before} before`);
  }

  error(what: string): FlowError {
    const step = this.#step;
    return new FlowError("STEP_KEYS_CHANGED", `Step "${step}" used ${what}.`, {
      hint: "A key names the same piece of work in every attempt: derive it from the payload or the state, never from time or chance.",
      step,
    });
  }
}

export const uses = { once: "once()", timer: "sleep()", ask: "ask()", child: "runFlow()" } as const;
const quoted = (keys: readonly string[]) => keys.map((key) => `"${key}"`).join(", ");
