/** Stops the turn of a chat that is under way, so that the next message is taken. What was told of it stays. */
import { FlowError } from "millrace";
import { activeRun, type ChatPlace } from "./chat-place.js";

/** Longer than running steps are given to settle; then who stops is told that it is on its way. */
const longestMs = 10_000;
const lookMs = 50;

/** True: there was one. It has ended, unless another process drives it and does not answer. */
export async function stopTurn(place: ChatPlace): Promise<boolean> {
  const run = await activeRun(place);
  if (!run) return false;
  await stopRun(place, run.id);
  return true;
}

/** The same of one turn, whether or not it has ended meanwhile. */
export async function stopRun({ hosted: { flow } }: ChatPlace, id: string): Promise<void> {
  try {
    await flow.runs.cancel(id, "stopped by its reader");
  } catch (error) {
    if (!FlowError.is(error, "RUN_ENDED")) throw error;
  }
  const until = Date.now() + longestMs;
  while (Date.now() < until) {
    const record = await flow.runs.get(id);
    if (record?.status !== "running" && record?.status !== "waiting") break;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
