import { timeText } from "./time-text.js";
import type { StepOverlay, StepStanding } from "./types.js";

/** Drawn before the words, so that colour is never the only sign. */
const signs: Record<StepStanding, string> = {
  completed: "✓",
  failed: "✕",
  skipped: "⊘",
  running: "▸",
  waiting: "‖",
  stopped: "■",
  idle: "·",
};

/** What a run has done of a step, in a line: `✓ 3× · 40 ms`. */
export function runLine(step: StepOverlay | undefined): string {
  if (!step || step.standing === "idle") return `${signs.idle} not called`;
  const { standing, calls, failed, skipped, retries, totalMs, lastMs } = step;
  const among = standing === "failed" ? `${failed} of ${calls} failed` : `${standing}, ${calls}×`;
  const parts = [standing === "completed" ? `${calls}×` : calls > 1 ? among : standing];
  if (failed > 0 && standing !== "failed") parts.push(`${failed} failed`);
  if (skipped > 0 && standing !== "skipped") parts.push(`${skipped} skipped`);
  if (retries > 0) parts.push(`${retries} ${retries === 1 ? "retry" : "retries"}`);
  if (lastMs !== undefined) parts.push(timeText(totalMs));
  return `${signs[standing]} ${parts.join(" · ")}`;
}
