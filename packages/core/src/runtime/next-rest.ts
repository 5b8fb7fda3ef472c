/** How a run comes to rest in which nothing is at work: it ends, or waits for the outside, for the clock too. */
import { FlowError } from "../errors/index.js";
import type { Asleep, CallLeft, EntryOf, JournalEntry, Rest } from "../ports/index.js";
import { errorData } from "./failures.js";
import type { Advance, RunMachine } from "./run-machine.js";
import { runOutput } from "./run-output.js";
import { waitsFor } from "./waits-for.js";

export interface NextRest {
  readonly entry?: EntryOf<"ended" | "parked">;
  readonly rest: Rest & { readonly waitingFor?: ReturnType<typeof waitsFor> };
}

interface AtRest {
  /** The running calls that sleep. */
  readonly asleep: readonly Asleep[];
  /** What running calls leave. */
  left(): readonly CallLeft[];
}

export function nextRest(machine: RunMachine, at: number, { asleep, ...resting }: AtRest): NextRest {
  const { scheduler } = machine;
  if (scheduler.stopping) {
    const { failure: error } = machine;
    const status = error ? "failed" : "cancelled";
    return { entry: { type: "ended", at, status, ...(error && { error }) }, rest: { status } };
  }
  const entry = scheduler.openCount > 0 ? parkedEntry(machine, at, asleep) : undefined;
  const waitingFor = waitsFor(machine, entry?.asleep ?? []);
  const left = entry && waitingFor.length > 0 ? resting.left() : [];
  if (waitingFor.length > 0)
    return {
      ...(entry && { entry: left.length > 0 ? { ...entry, left } : entry }),
      rest: { status: "waiting", waitingFor },
    };
  try {
    const output = runOutput(machine);
    return { entry: { type: "ended", at, status: "completed", output }, rest: { status: "completed" } };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    return { entry: { type: "ended", at, status: "failed", error: errorData(error) }, rest: { status: "failed" } };
  }
}

/** Takes the entry in with which a run comes to rest; of a completed one, what its joins still hold is told. */
export function applyLast(machine: RunMachine, entry: JournalEntry): Advance {
  const completes = entry.type === "ended" && entry.status === "completed";
  const notices = completes ? machine.scheduler.finish() : [];
  const advance = machine.apply(entry);
  return completes ? { ...advance, commands: notices } : advance;
}

/** What is to be known of open calls when the run is opened again; undefined: they only wait to be tried again, or for a label, which is. */
function parkedEntry({ scheduler, calls }: RunMachine, at: number, asleep: readonly Asleep[]) {
  const running = new Map(asleep);
  const parked: number[] = [];
  const sleeping: Asleep[] = [];
  for (const { id, asking } of scheduler.openCalls()) {
    if (asking || calls.isToBeTriedAgain(id)) continue;
    parked.push(id);
    const until = calls.isUnderWay(id) ? running.get(id) : calls.dueAt(id);
    if (until !== undefined && !calls.isSuspended(id)) sleeping.push([id, until]);
  }
  if (parked.length === 0) return undefined;
  return { type: "parked", at, calls: parked, ...(sleeping.length > 0 && { asleep: sleeping }) } as const;
}
