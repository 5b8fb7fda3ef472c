import type { FlowPlan } from "../plan/index.js";
import type { RunOverlay } from "./types.js";

/** A picture in a sentence or two, for those who do not see it. */
export function summary({ flow, steps, loops, signals }: FlowPlan, run?: RunOverlay): string {
  const starts = steps.filter((step) => step.starts).map(({ name }) => name);
  const parts = [counted(steps.length, "step")];
  if (loops.length > 0) parts.push(counted(loops.length, "loop"));
  if (signals.length > 0) parts.push(counted(signals.length, "signal"));
  const begins = starts.length > 0 ? `; it starts with ${listed(starts)}` : "";
  const stands = run ? ` Run ${run.run} is ${run.status}.` : "";
  return `The flow ${flow}: ${parts.join(", ")}${begins}.${stands}`;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
const listed = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
