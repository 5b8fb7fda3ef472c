/**
 * Stops the turn of a chat that is under way, so that the next message is taken. What was told of it stays. What does not listen to
 * its abort signal is left behind, and nobody waits for it.
 */
import { FlowError, type RunRecord } from "millrace";
import { activeRun, type ChatPlace } from "./chat-place.js";

/** How long steps may take to settle, ms. */
const abortGrace = 300;
/** How long an answer waits for the end of a turn that is to stop: whoever drives it needs less, unless its process hangs. */
const stoppedMs = 5000;
/** How long the next message does. */
const longestMs = 60_000;
const lookMs = 25;

/** True: there was one. That it is to stop is stored. */
export async function stopTurn(place: ChatPlace): Promise<boolean> {
  const run = await activeRun(place);
  if (!run) return false;
  await stopRun(place, run.id);
  return true;
}

/** The same of one turn, whether or not it has ended meanwhile. */
export async function stopRun(place: ChatPlace, id: string): Promise<void> {
  try {
    await place.hosted.flow.runs.cancel(id, { reason: "stopped by its reader", abortGrace });
  } catch (error) {
    if (!FlowError.is(error, "RUN_ENDED")) throw error;
  }
  await untilOver(place, id, stoppedMs);
}

/** The run; of one that is to stop, what has become of it. */
export async function unlessStopping(place: ChatPlace, run: RunRecord): Promise<RunRecord | undefined> {
  if (run.status !== "running" || !(await isStopping(place, run))) return run;
  return untilOver(place, run.id, longestMs);
}

async function untilOver({ hosted: { flow } }: ChatPlace, id: string, ms: number): Promise<RunRecord | undefined> {
  for (const until = performance.now() + ms; ; ) {
    const run = await flow.runs.get(id);
    if (!run || !isUnderWay(run) || performance.now() > until) return run;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

export const isUnderWay = ({ status }: RunRecord): boolean => status === "running" || status === "waiting";

/** So many of its newest entries are looked at: what a run writes that is to stop is less. */
const newest = 100;

/** Whether a wish to stop is stored that whoever drives it has not carried out. */
async function isStopping({ hosted: { flow }, server }: ChatPlace, run: RunRecord): Promise<boolean> {
  const { id, inboxRead, position } = run;
  if ((await server.host.persistence.inbox(id, inboxRead)).some(({ kind }) => kind === "cancel")) return true;
  const rows = await flow.runs.history(id, { after: Math.max(0, position - newest), withoutState: true });
  const last = rows.findLast(({ entry: { type } }) => type === "cancelled" || type === "resumed");
  return last?.entry.type === "cancelled";
}
