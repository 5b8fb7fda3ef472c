/** Stored runs that nobody drives, and that could go on by themselves: their owner is gone, or their time has come. */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { FlowError } from "../errors/index.js";
import type { DueRunPage } from "../ports/index.js";
import { runResult } from "./build-result.js";
import { driveLimits } from "./drive.js";
import type { Engine } from "./engine.js";
import type { DriveOptions } from "./flow-options.js";
import { pagesOf } from "./pages.js";
import type { FlowLike, RecoveredRun } from "./run-result.js";

/** How recovered runs are driven, and which. */
export interface RecoverOptions extends Pick<DriveOptions, "returnOnSleep" | "stopSignal"> {
  /** Ids of the runs that are to be taken up, due or not. @default all that are due */
  readonly runs?: readonly string[];
}

/** So many runs are recovered at the same time. */
const atOnce = 50;
/** So many are asked for at a time. */
const pageRuns = 500;
/** A timer of the platform may fire a part of a millisecond before its time. */
const earlyMs = 1;

export async function recoverRuns<F extends FlowLike>(
  engine: Engine,
  { runs, ...options }: RecoverOptions,
): Promise<readonly RecoveredRun<F>[]> {
  driveLimits(options);
  const orphans = runs ? [...runs] : await nowDue(engine);
  const recovered: RecoveredRun<F>[] = [];
  const worker = async () => {
    for (let id = orphans.shift(); id !== undefined && !options.stopSignal?.aborted; id = orphans.shift()) {
      const run = await recoverOne<F>(engine, id, options);
      if (run) recovered.push(run);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, orphans.length) }, worker));
  return recovered;
}

export async function nextDue({ persistence, clock, flow }: Engine): Promise<number | undefined> {
  // before any time that a run could wait for: only those that wait for none are due by then
  const { runs, nextDue } = await persistence.due({ flows: [flow.plan.flow], until: 0, limit: 1 });
  return runs.length > 0 ? clock.now() : nextDue;
}

/** Who has waited for `nextDue` by a timer that was early finds that run due. */
async function nowDue(engine: Engine): Promise<string[]> {
  const { ids, next } = await allDue(engine);
  if (next === undefined || next - engine.clock.now() > earlyMs) return ids;
  await pause(2 * earlyMs);
  return (await allDue(engine)).ids;
}

/** A store that answers at once is asked for one page in a turn of the event loop: others have their turns between them. */
async function allDue({ persistence, clock, flow }: Engine): Promise<{ ids: string[]; next?: number }> {
  const query = { flows: [flow.plan.flow], until: clock.now(), limit: pageRuns };
  const ids: string[] = [];
  let soonest: number | undefined;
  for await (const { runs, next, nextDue } of pagesOf<DueRunPage>((at) => persistence.due({ ...query, ...at }))) {
    for (const { id } of runs) ids.push(id);
    soonest = nextDue;
    if (next !== undefined) await nextTurn();
  }
  return { ids, ...(soonest !== undefined && { next: soonest }) };
}

async function recoverOne<F extends FlowLike>(
  engine: Engine,
  id: string,
  options: Omit<RecoverOptions, "runs">,
): Promise<RecoveredRun<F> | undefined> {
  try {
    return runResult<F>(await engine.resume(id, { ...options, again: false }));
  } catch (error) {
    // somebody else was quicker, and the run is in good hands; or it stands where it stood, for the next one
    if (FlowError.is(error) && leftToOthers.has(error.code)) return undefined;
    return outcomeOf<F>(engine, id, FlowError.is(error) ? error : unreadable(id, error));
  }
}

const leftToOthers: ReadonlySet<string> = new Set(["RUN_OWNED", "RUN_CLAIM_LOST", "RUN_STOPPED"]);

/** How the run has ended, if it has; else it was not taken up. */
async function outcomeOf<F extends FlowLike>(
  { persistence }: Engine,
  id: string,
  error: FlowError,
): Promise<RecoveredRun<F>> {
  const record = await persistence.get(id);
  const status = record?.status;
  return { id, status: status === "failed" || status === "cancelled" ? status : "refused", error };
}

function unreadable(runId: string, cause: unknown): FlowError {
  return new FlowError("INTERNAL", `Run ${runId} can't be taken up: ${String(cause)}`, { runId, cause });
}
