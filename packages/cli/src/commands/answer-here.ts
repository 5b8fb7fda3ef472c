/** Questions of a run that has come to wait, put to whoever sits at the terminal; then the run goes on. */
import { FlowError, type Question, type WaitingFor } from "millrace";
import type { AnyResult } from "./any-result.js";
import type { CommandContext } from "./context.js";

/** Whether somebody sits at the terminal and may be asked. */
export function mayPrompt({ out, prompting }: CommandContext): boolean {
  const { stdin, stderr, env } = process;
  const alone = env.CI !== undefined && !["", "0", "false"].includes(env.CI);
  return prompting && out.mode === "text" && !out.quiet && !alone && stdin.isTTY === true && stderr.isTTY === true;
}

interface AnswerHere {
  readonly result: AnyResult;
  /** Aborted: somebody wants to leave, and is not asked any more. */
  readonly stopped: AbortSignal;
  /** Gives an answer, which drives the run on. */
  go(id: string, answer: unknown): Promise<AnyResult>;
}

/**
 * Asks until the run waits for no answer, or somebody would rather answer later; answers how the run stands then.
 * @throws {FlowError} CLI_INTERRUPTED – Ctrl+C instead of an answer: the run waits
 */
export async function answerHere(context: CommandContext, { result, stopped, go }: AnswerHere): Promise<AnyResult> {
  let now = result;
  while (now.status === "waiting" && !stopped.aborted && mayPrompt(context)) {
    const question = await openQuestion(now.waitingFor ?? [], context);
    if (!question) return now;
    const said = await asked(question, context);
    if (said === "later") return now;
    try {
      now = await go(question.id, said.answer);
    } catch (error) {
      if (!FlowError.is(error, "ANSWER_INVALID")) throw error;
      context.out.tell(error.message);
    }
  }
  return now;
}

async function asked(question: Question, { again }: CommandContext): Promise<{ readonly answer: unknown } | "later"> {
  try {
    const { promptAnswer } = await import("../prompts/prompt-answer.js");
    return await promptAnswer(question);
  } catch (error) {
    if (!FlowError.is(error, "CLI_INTERRUPTED")) throw error;
    throw new FlowError("CLI_INTERRUPTED", `Run ${question.runId} waits for an answer: ${question.prompt}`, {
      hint: `Answer later: ${again("answer", question.id)}`,
    });
  }
}

async function openQuestion(waitingFor: readonly WaitingFor[], context: CommandContext): Promise<Question | undefined> {
  const persistence = await context.project.persistence();
  for (const one of waitingFor) {
    if (one.kind === "ask") {
      const [question] = (await persistence.questions({ id: one.name })).questions;
      if (question) return question;
    }
    const inside = one.kind === "flow" ? await openQuestion(one.waitingFor, context) : undefined;
    if (inside) return inside;
  }
  return undefined;
}
