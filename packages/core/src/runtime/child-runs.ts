/**
 * `this.runFlow` in one attempt of a call: a run of another flow whose id is made of the call and a key, so that a later attempt
 * finds the same one. What becomes of it is noted in the parent's journal; its own journal is its own.
 */
import { isDeepStrictEqual } from "node:util";
import type { ChildNote, EndStatus, FlowPersistence, ParentCall } from "../ports/index.js";
import { hasEnded } from "./call-notes.js";
import { childFailed, tooDeep } from "./child-errors.js";
import type { EventSink } from "./event-sink.js";
import type { StepNotes } from "./step-notes.js";
import type { StepSurroundings } from "./step-surroundings.js";

/** The call whose step starts children. */
export interface ChildHome {
  readonly notes: StepNotes;
  /** Where it stands: the last one is the call itself. */
  readonly path: readonly ParentCall[];
  /** What its children's ids begin with. */
  readonly childPrefix: string;
  readonly heardBy: Hearing;
  readonly run: { readonly persistence: FlowPersistence };
}

/** Who hears the events of a run, and what stands around its steps, beside what its own flow has. */
export interface Hearing {
  readonly sinks: readonly EventSink[];
  readonly events: StepSurroundings;
  /** Of the outer run: it need not stay here for timers that are due later than this from now. */
  readonly returnAfterMs: number | undefined;
}

/** A flow, as one that a step can run. */
export interface ChildFlow {
  readonly name: string;
  /** Starts the run, or goes on with it, and follows it until it rests. */
  drive(start: ChildStart): Promise<ChildRest>;
}

export interface ChildStart {
  readonly id: string;
  readonly inputs: unknown;
  /** One that has ended badly is gone on with; else that is its end. */
  readonly again: boolean;
  readonly path: readonly ParentCall[];
  readonly heardBy: Hearing;
  /** Cancels it. */
  readonly abortSignal: AbortSignal;
  /** Gives it up as it stands. */
  readonly stopSignal: AbortSignal;
  /** Whether the parent has left this process meanwhile: then it is to be told how the child came to rest. */
  readonly isLeft: () => boolean;
}

/** How it came to rest. */
export interface ChildRest extends Pick<ChildNote, "waitingFor" | "output" | "error" | "usage"> {
  /** `stopped`: it was given up as it stands. */
  readonly status: EndStatus | "waiting" | "stopped";
}

/** Runs inside of runs; a recursion that never ends comes to an end here. */
const maxDepth = 100;

export class ChildRuns {
  readonly #home: ChildHome;
  /** How often each flow was run without a key. */
  readonly #counts = new Map<string, number>();
  /** Keys of children of which there was news while they were driven. */
  readonly #news = new Set<string>();
  readonly #stop = new AbortController();
  readonly #halt = new AbortController();
  #left = false;
  /** Whether one was given up as it stands. */
  hasStopped = false;

  constructor(home: ChildHome) {
    this.#home = home;
  }

  run(child: ChildFlow, inputs: unknown, key = this.#nextKey(child.name)): Promise<unknown> {
    const { notes } = this.#home;
    return notes.keys.shared(key, `flow "${child.name}"`, async () => {
      const note = await this.#begun(child, key);
      const ended = hasEnded(note) ? note : await this.#follow(child, inputs, { key, note });
      if (ended.status === "completed") return ended.output;
      throw childFailed(ended);
    });
  }

  /** There is news of the child with this key. */
  moved(key: string): void {
    if (!this.#home.notes.moved(key)) this.#news.add(key);
  }

  /** The step wants no more: what runs of its children is cancelled. */
  stop(reason: unknown): void {
    this.#stop.abort(reason);
  }

  /** The run that the step is of is to be given up: what runs of its children is, too. */
  halt(): void {
    this.#halt.abort();
  }

  /** The parent leaves this process; its children go on until they rest. */
  leave(): void {
    this.#left = true;
  }

  #nextKey(flow: string): string {
    const count = (this.#counts.get(flow) ?? 0) + 1;
    this.#counts.set(flow, count);
    return `${flow}-${count}`;
  }

  /** The note of the child, which is stored before the child is: a step that forgets about it is found out. */
  async #begun({ name }: ChildFlow, key: string): Promise<ChildNote> {
    const { notes, path } = this.#home;
    const found = notes.keys.find(key, "child");
    if (found?.flow === name) return found;
    if (found)
      throw notes.keys.error(`the key "${key}" for flow "${name}", which was used for flow "${found.flow}" before`);
    if (path.length > maxDepth) throw tooDeep(name, maxDepth);
    return notes.drive(async () => {
      const note: ChildNote = { kind: "child", run: await this.#freeId(key), flow: name, status: "started" };
      await notes.store(key, note);
      return note;
    });
  }

  /** What bears the child's id already was started by an earlier run with the parent's id, which has been removed since. */
  async #freeId(key: string): Promise<string> {
    const { childPrefix, path, run } = this.#home;
    const own = `${childPrefix}/${key}`;
    let id = own;
    for (let again = 2; (await run.persistence.get(id))?.parent === path.at(-1)!.run; again++) id = `${own}~${again}`;
    return id;
  }

  async #follow(
    child: ChildFlow,
    inputs: unknown,
    { key, note }: { readonly key: string; readonly note: ChildNote },
  ): Promise<ChildNote> {
    const { notes, path, heardBy } = this.#home;
    const { kind, run, flow } = note;
    const abortSignal = this.#stop.signal;
    const stopSignal = this.#halt.signal;
    const start = { id: run, inputs, path, heardBy, abortSignal, stopSignal, isLeft: () => this.#left };
    let again = note.status === "again";
    for (let known = note.waitingFor; ; ) {
      this.#news.delete(key);
      const rest = await notes.drive(() => child.drive({ ...start, again }));
      again = false;
      const { status } = rest;
      if (status === "cancelled" && abortSignal.aborted) throw abortSignal.reason;
      if (status === "stopped") {
        // the step learns nothing of it: it is not to go on, but to run again
        this.hasStopped = true;
        await notes.rest(key);
        continue;
      }
      const now: ChildNote = { kind, run, flow, ...rest, status };
      if (rest.status !== "waiting" || !isDeepStrictEqual(rest.waitingFor, known)) await notes.store(key, now);
      if (rest.status !== "waiting") return now;
      known = rest.waitingFor;
      if (!this.#news.has(key)) await notes.rest(key);
    }
  }
}
