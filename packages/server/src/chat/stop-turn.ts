/** Stops the turn of a chat that is under way, so that the next message is taken. What was told of it stays. */
import { activeRun, type ChatPlace } from "./chat-place.js";

/** Longer than running steps are given to settle; then who stops is told that it is on its way. */
const longestMs = 10_000;
const lookMs = 50;

/** True: there was one. It has ended, unless another process drives it and does not answer. */
export async function stopTurn(place: ChatPlace): Promise<boolean> {
  const run = await activeRun(place);
  if (!run) return false;
  const { flow } = place.hosted;
  await flow.runs.cancel(run.id, "stopped by its reader");
  const until = Date.now() + longestMs;
  while (Date.now() < until) {
    const record = await flow.runs.get(run.id);
    if (record?.status !== "running" && record?.status !== "waiting") break;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return true;
}
