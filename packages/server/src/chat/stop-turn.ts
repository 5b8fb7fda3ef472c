/** Stops the turn of a chat that is under way, so that the next message is taken. */
import { toJson } from "../http/index.js";
import { activeRun, type ChatPlace } from "./chat-place.js";
import { messageParts } from "./shown-part.js";

/** Longer than running steps are given to settle; then who stops is told that it is on its way. */
const longestMs = 10_000;
const lookMs = 50;

/** True: there was one. It has ended, unless another process drives it and does not answer. */
export async function stopTurn(place: ChatPlace): Promise<boolean> {
  const run = await activeRun(place);
  if (!run) return false;
  const { flow } = place.hosted;
  // what was said is not in the journal, and is to stay in the chat
  const shown = place.feeds.get(run.id)?.parts;
  const note = shown && { reply: toJson(messageParts(shown)) };
  await flow.runs.cancel(run.id, "stopped by its reader", { note });
  const until = Date.now() + longestMs;
  while (Date.now() < until) {
    const record = await flow.runs.get(run.id);
    if (record?.status !== "running" && record?.status !== "waiting") break;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return true;
}
