import type { FlowPersistence, Question, WaitingFor } from "millrace";
import { quoted } from "../output/shell-text.js";
import type { CommandContext } from "./context.js";

export interface WaitingRun {
  readonly id: string;
  readonly waitingFor: readonly WaitingFor[];
}

/** For people: what a run waits for, and the commands that give it. */
export async function waitingLines(run: WaitingRun, { project, again }: CommandContext): Promise<readonly string[]> {
  const persistence = await project.persistence();
  const lines = await linesOf(run, { persistence, again });
  return [`Run ${run.id} waits.`, ...lines];
}

interface Asked {
  readonly persistence: FlowPersistence;
  readonly again: CommandContext["again"];
}

async function linesOf({ id, waitingFor }: WaitingRun, asked: Asked): Promise<readonly string[]> {
  const { persistence, again } = asked;
  const lines: string[] = [];
  for (const waiting of waitingFor) {
    const by = `(step ${waiting.steps.join(", ")})`;
    if (waiting.kind === "signal") {
      lines.push(`  for signal "${waiting.name}" ${by}:`, `    ${again("signal", id, waiting.name)} '<payload>'`);
    } else if (waiting.kind === "timer") {
      lines.push(`  until ${new Date(waiting.until).toISOString()} ${by}:`, `    ${again("resume", id)}`);
    } else if (waiting.kind === "flow") {
      const inside = await linesOf({ id: waiting.name, waitingFor: waiting.waitingFor }, asked);
      lines.push(`  for run ${waiting.name} of ${waiting.flow} ${by}:`, ...inside.map((line) => `  ${line}`));
    } else {
      const [question] = (await persistence.questions({ id: waiting.name })).questions;
      lines.push(`  for an answer ${by}: ${waiting.prompt}`, `    ${answerCommand(waiting.name, question, again)}`);
    }
  }
  return lines;
}

/** How a question is answered: an approval by the first of its outcomes. */
export function answerCommand(id: string, question: Question | undefined, again: CommandContext["again"]): string {
  const [outcome, ...others] = question?.outcomes ?? [];
  if (outcome === undefined) return `${again("answer", id)} '<value>'`;
  const or = others.length === 0 ? "" : `   # or ${others.map(quoted).join(", ")}`;
  return `${again("answer", id, "--outcome", outcome)}${or}`;
}
