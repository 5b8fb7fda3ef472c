/**
 * Ids of tool calls: the model's own, made unique where it uses one again. Some servers count from `call_0` in each answer, and two calls
 * of one id would be one call to whoever reads them.
 */
import { createHash } from "node:crypto";
import type { StepTools } from "millrace";

/** Where each id of a run was used. */
export type RunIds = Map<string, string>;

interface Taken {
  /** Those that the conversation has already. */
  readonly told: ReadonlySet<string>;
  readonly run: RunIds;
}

export class CallIds {
  readonly #taken: Taken;
  readonly #place: string;
  readonly #own = new Set<string>();
  /** By the stream's own id: what it stands for now, and whether its call has come. */
  readonly #current = new Map<string, { readonly id: string; called: boolean }>();

  /** `place`: of the answer. Another attempt at it may use the same ids again. */
  constructor(taken: Taken, place: string) {
    this.#taken = taken;
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
    for (let again = 1; id === "" || this.#isTaken(id); again++)
      id = `${raw.slice(0, 20) || "call"}_${this.#mark(raw, again)}`;
    this.#own.add(id);
    this.#taken.run.set(id, this.#place);
    return id;
  }

  /** The same in every attempt at the answer. Services take letters, digits, - and _, 40 of them at most. */
  #mark(raw: string, again: number): string {
    return createHash("sha256").update(`${this.#place} ${again} ${raw}`).digest("hex").slice(0, 16);
  }

  #isTaken(id: string): boolean {
    const { told, run } = this.#taken;
    return this.#own.has(id) || told.has(id) || (run.get(id) ?? this.#place) !== this.#place;
  }
}

const kept = new WeakMap<StepTools, Map<string, RunIds>>();
/** Runs of a flow whose ids are kept at once; the others' were used long ago. */
const most = 1_000;

/** The ids of the run whose step this is, as far as this process has seen them. */
export function runIdsOf(tools: StepTools): RunIds {
  let runs = kept.get(tools);
  if (!runs) {
    runs = new Map();
    kept.set(tools, runs);
  }
  const { runId } = tools.call;
  const ids = runs.get(runId) ?? new Map<string, string>();
  // the newest stand last
  runs.delete(runId);
  runs.set(runId, ids);
  if (runs.size > most) runs.delete(runs.keys().next().value!);
  return ids;
}
