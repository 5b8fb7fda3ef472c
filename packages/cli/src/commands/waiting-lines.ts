import type { WaitingFor } from "millrace";
import type { CommandContext } from "./context.js";

/** For people: what a run waits for, and the command that gives it. */
export function waitingLines(
  id: string,
  waitingFor: readonly WaitingFor[],
  again: CommandContext["again"],
): readonly string[] {
  return [`Run ${id} waits.`, ...waitingFor.flatMap((one) => linesOf(id, one, again))];
}

function linesOf(id: string, waiting: WaitingFor, again: CommandContext["again"]): readonly string[] {
  const by = waiting.steps.join(", ");
  if (waiting.kind === "signal")
    return [`  for signal "${waiting.name}" (step ${by}):`, `    ${again("signal", id, waiting.name)} '<payload>'`];
  if (waiting.kind === "ask")
    return [`  for an answer (step ${by}): ${waiting.prompt}`, `    ${again("answer", waiting.name)} '<value>'`];
  if (waiting.kind === "timer")
    return [`  until ${new Date(waiting.until).toISOString()} (step ${by}):`, `    ${again("resume", id)}`];
  return [
    `  for run ${waiting.name} of ${waiting.flow} (step ${by}):`,
    ...waiting.waitingFor.flatMap((one) => linesOf(waiting.name, one, again)),
  ];
}
