import { toJson } from "millrace";
import { exitCodes } from "../output/exit-codes.js";
import { when, writeTable } from "../output/table.js";
import type { CommandContext } from "./context.js";
import { wholeNumber } from "./runs/events.js";
import { answerCommand } from "./waiting-lines.js";

export interface QuestionsFlags {
  readonly flow?: string;
  readonly run?: string;
  readonly limit?: string;
  readonly after?: string;
}

/** `millrace questions`: what people are asked, oldest first. */
export async function questions(context: CommandContext, { flow, run, limit, after }: QuestionsFlags) {
  const { out, project, again } = context;
  const persistence = await project.persistence({ mustExist: true });
  const page = await persistence.questions({
    ...(flow !== undefined && { flow }),
    ...(run !== undefined && { runId: run }),
    ...(after !== undefined && { cursor: after }),
    ...(limit !== undefined && { limit: wholeNumber(limit, "--limit") }),
  });
  out.object({ ok: true, ...page });
  if (out.mode !== "text") return exitCodes.completed;
  const rows = page.questions.map(({ id, flow: name, step, askedAt, prompt, outcomes, value, until }) => [
    id,
    name,
    step,
    when(askedAt),
    when(until),
    outcomes?.join("|"),
    prompt,
    value === undefined ? "" : shortened(JSON.stringify(toJson(value))),
  ]);
  const head = ["question", "flow", "step", "asked", "until", "outcomes", "prompt", "about"];
  writeTable({ head, rows, important: ["question", "prompt", "outcomes", "until", "flow", "about", "asked"] }, out);
  if (rows.length === 0) out.note("Nobody is asked anything.");
  const [first] = page.questions;
  if (first) out.note(`To answer: ${answerCommand(first.id, first, again)}`);
  if (page.next !== undefined) out.note(`More: ${again("questions", "--after", page.next)}`);
  return exitCodes.completed;
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
