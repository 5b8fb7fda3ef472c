/**
 * What one attempt notes down inside its step: `once` results and timers, by key. What an earlier attempt noted is answered
 * from there; what is new goes to the journal first, and the step goes on when it is stored.
 */
import { FlowError } from "../errors/index.js";
import type { CallNote } from "../ports/index.js";
import { finishValue } from "../state/index.js";
import { longTimeout } from "./long-timeout.js";

export interface NotesHome {
  readonly step: string;
  /** Hands a note over to be stored; `stored` of these notes follows, unless the attempt is over. */
  note(key: string, note: CallNote): void;
  /** A timer is due. */
  fired(key: string): void;
}

interface Wait {
  readonly stored: () => void;
  readonly reject: (error: unknown) => void;
}

export class StepNotes {
  readonly #home: NotesHome;
  readonly #given: ReadonlyMap<string, CallNote> | undefined;
  readonly #made = new Map<string, CallNote>();
  /** By key: uses at the same time share one execution. */
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #used = new Set<string>();
  readonly #waits = new Map<string, Wait>();
  readonly #timers = new Map<string, { readonly stop: () => void; readonly reject: (error: unknown) => void }>();
  /** How often each kind was used without a key of its own. */
  #sleeps = 0;
  #ended: unknown;

  constructor(home: NotesHome, given: ReadonlyMap<string, CallNote> | undefined) {
    this.#home = home;
    // the map itself grows with what is noted from now on
    this.#given = given && new Map(given);
  }

  once(key: string, make: () => unknown): Promise<unknown> {
    if (typeof key !== "string" || key === "") throw this.#keyError(`a key that is no text: ${String(key)}`);
    return this.#shared(key, async () => {
      const note = this.#find(key, "once");
      if (note) return note.output;
      const output = finishValue(await make(), `the result of once("${key}") in step "${this.#home.step}"`);
      await this.#store(key, { kind: "once", output });
      return output;
    });
  }

  sleep(ms: number, key: string | undefined, now: () => number): Promise<void> {
    const own = key ?? `sleep ${++this.#sleeps}`;
    return this.#shared(own, async () => {
      let note = this.#find(own, "timer");
      if (!note) {
        note = { kind: "timer", until: now() + ms };
        await this.#store(own, note);
      }
      if (note.until > now()) await this.#due(own, note.until - now());
      // it was over before it was stored: that it was set is told, so that it has ended is too
      else if (this.#made.has(own)) this.#home.fired(own);
    }) as Promise<void>;
  }

  /** The note with this key is in the journal. */
  stored(key: string): void {
    this.#waits.get(key)?.stored();
    this.#waits.delete(key);
  }

  /** The attempt is told to stop: nothing that it waits for comes any more. */
  abort(reason: unknown): void {
    this.#ended ??= reason;
    for (const { stop, reject } of this.#timers.values()) {
      stop();
      reject(reason);
    }
    this.#timers.clear();
  }

  /** The attempt is over, whatever its code still does. */
  close(): void {
    for (const { stop } of this.#timers.values()) stop();
    this.#timers.clear();
    this.#waits.clear();
  }

  /**
   * The step has returned: what an earlier attempt noted must have been asked for again, if this one noted something else.
   * @throws {FlowError} STEP_KEYS_CHANGED
   */
  check(): void {
    if (this.#made.size === 0 || !this.#given) return;
    const unused = [...this.#given.keys()].filter((key) => !this.#used.has(key));
    if (unused.length === 0) return;
    const made = [...this.#made.keys()].filter((key) => !this.#given?.has(key));
    throw this.#keyError(`${quoted(made)} in this attempt, where an earlier one used ${quoted(unused)}`);
  }

  #shared(key: string, work: () => Promise<unknown>): Promise<unknown> {
    this.#used.add(key);
    const running = this.#running.get(key);
    if (running) return running;
    const started = work();
    this.#running.set(key, started);
    // a failure is not kept: the next use tries again
    started.catch(() => this.#running.delete(key));
    return started;
  }

  #find<K extends CallNote["kind"]>(key: string, kind: K): Extract<CallNote, { kind: K }> | undefined {
    const note = this.#made.get(key) ?? this.#given?.get(key);
    if (note === undefined) return undefined;
    if (note.kind === kind) return note as Extract<CallNote, { kind: K }>;
    throw this.#keyError(`the key "${key}" for ${names[kind]}, which was used for ${names[note.kind]} before`);
  }

  #store(key: string, note: CallNote): Promise<void> {
    this.#made.set(key, note);
    return new Promise((stored, reject) => {
      this.#waits.set(key, { stored, reject });
      this.#home.note(key, note);
    });
  }

  #due(key: string, ms: number): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const due = () => {
        this.#timers.delete(key);
        this.#home.fired(key);
        resolve();
      };
      this.#timers.set(key, { stop: longTimeout(due, ms), reject });
    });
  }

  #keyError(what: string): FlowError {
    const { step } = this.#home;
    return new FlowError("STEP_KEYS_CHANGED", `Step "${step}" used ${what}.`, {
      hint: "A key names the same piece of work in every attempt: derive it from the payload or the state, never from time or chance.",
      step,
    });
  }
}

const names = { once: "once()", timer: "sleep()" } as const;
const quoted = (keys: readonly string[]) => keys.map((key) => `"${key}"`).join(", ");
