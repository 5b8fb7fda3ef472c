/** Drives a run and tells how it goes and how it came to rest: what `run`, `resume`, `signal` and the others have in common. */
import { type DriveOptions, FlowError } from "millrace";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import type { FoundFlow } from "../project/flows-of-file.js";
import { answerHere } from "./answer-here.js";
import type { AnyFlow, AnyResult } from "./any-result.js";
import type { CommandContext } from "./context.js";
import { listenForInterrupts } from "./interrupts.js";
import { showEvents } from "./show-events.js";
import { waitingLines } from "./waiting-lines.js";

/** An instance of a flow that stores where the project does. */
export async function instanceOf({ project }: CommandContext, { flowClass }: FoundFlow): Promise<AnyFlow> {
  const { maxCalls, abortGrace } = project.config;
  const persistence = await project.persistence();
  return new flowClass({ persistence, ...(maxCalls && { maxCalls }), ...(abortGrace !== undefined && { abortGrace }) });
}

/**
 * @param go Begins or goes on with a run.
 * @throws {FlowError} how the run failed, or why it can't be driven
 */
export async function drive(
  context: CommandContext,
  flow: AnyFlow,
  go: (options: DriveOptions) => Promise<AnyResult>,
): Promise<ExitCode> {
  const { out, again } = context;
  const interrupts = listenForInterrupts(out);
  try {
    const begun = await withReports(context, flow, () => go({ stopSignal: interrupts.signal }));
    const result = await answerHere(context, {
      result: begun,
      stopped: interrupts.signal,
      go: (id, answer) =>
        withReports(context, flow, () => flow.runs.answer(id, answer, { stopSignal: interrupts.signal })),
    });
    return await tellResult(result, context);
  } catch (error) {
    const id = FlowError.is(error) ? error.runId : undefined;
    if (id !== undefined && !refusals.test((error as FlowError).code)) out.note(`To go on: ${again("resume", id)}`);
    throw error;
  } finally {
    interrupts.end();
  }
}

/** Tells what happens to runs of a flow while something is done with them. */
export async function withReports<T>(context: CommandContext, flow: AnyFlow, body: () => Promise<T>): Promise<T> {
  const end = showEvents(context, flow);
  try {
    return await body();
  } finally {
    end();
  }
}

/** Errors after which `resume` makes no sense. */
const refusals =
  /^(RUN_(?!STOPPED|TIMEOUT|CANCELLED|OUTPUT|CALL)|SESSION_BUSY|PLAN_|SIGNAL_|ANSWER_|QUESTION_|PERSISTENCE_(CANT|NOT|SCHEMA|DRIVER))/;

async function tellResult(result: AnyResult, context: CommandContext): Promise<ExitCode> {
  const { out } = context;
  const { id, status, output, state, waitingFor, usage } = result;
  const outcome = status === "completed" && { output: output ?? null };
  out.object({ ok: true, id, status, ...outcome, state, waitingFor, usage });
  if (status === "completed") out.result(output);
  if (status === "running") out.note(`Run ${id} is driven by another process, which takes it from here.`);
  if (status !== "waiting") return exitCodes.completed;
  if (out.mode === "text")
    for (const line of await waitingLines({ id, waitingFor: waitingFor ?? [] }, context)) out.note(line);
  return exitCodes.waiting;
}
