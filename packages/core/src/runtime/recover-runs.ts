/** Stored runs that nobody drives, and that could go on by themselves: their owner is gone, or their time has come. */
import { FlowError } from "../errors/index.js";
import type { WaitingFor } from "../ports/index.js";
import { allRuns } from "./all-runs.js";
import { runResult } from "./build-result.js";
import { hasNews } from "./child-news.js";
import { driveLimits } from "./drive.js";
import type { Engine } from "./engine.js";
import type { DriveOptions } from "./flow-options.js";
import type { FlowLike, RecoveredRun } from "./run-result.js";
import { asOfNow } from "./waits-as-of-now.js";
import { firstTime } from "./waits-for.js";

/** How recovered runs are driven. */
export type RecoverOptions = Pick<DriveOptions, "returnOnSleep" | "stopSignal">;

/** So many runs are recovered at the same time. */
const atOnce = 50;

export async function recoverRuns<F extends FlowLike>(
  engine: Engine,
  options: RecoverOptions,
): Promise<readonly RecoveredRun<F>[]> {
  driveLimits(options);
  const { persistence, flow } = engine;
  const orphans: string[] = [];
  for await (const run of allRuns(persistence, { flow: flow.plan.flow, status: ["running", "waiting"] }))
    if (!run.owned && (await hasNews(run, engine))) orphans.push(run.id);
  const recovered: RecoveredRun<F>[] = [];
  const worker = async () => {
    for (let id = orphans.shift(); id !== undefined && !options.stopSignal?.aborted; id = orphans.shift()) {
      const run = await recoverOne<F>(engine, id, options);
      if (run) recovered.push(run);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return recovered;
}

export async function nextDue({ persistence, flow }: Engine): Promise<number | undefined> {
  let next = Number.POSITIVE_INFINITY;
  for await (const run of allRuns(persistence, { flow: flow.plan.flow, status: "waiting" })) {
    const { waitingFor = [] } = await asOfNow(run, persistence);
    next = Math.min(next, firstTime(waitingFor as readonly WaitingFor[]));
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next;
}

async function recoverOne<F extends FlowLike>(
  engine: Engine,
  id: string,
  options: RecoverOptions,
): Promise<RecoveredRun<F> | undefined> {
  try {
    return runResult<F>(await engine.resume(id, { ...options, again: false }));
  } catch (error) {
    // somebody else was quicker, and the run is in good hands; or it stands where it stood, for the next one
    if (FlowError.is(error, "RUN_OWNED") || FlowError.is(error, "RUN_STOPPED")) return undefined;
    if (!FlowError.is(error)) throw error;
    return { id, status: error.code === "RUN_CANCELLED" ? "cancelled" : "failed", error };
  }
}
