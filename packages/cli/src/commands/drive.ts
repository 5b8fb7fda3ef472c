/** Drives a run and tells how it goes and how it came to rest: what `run`, `resume`, `signal` and the others have in common. */
import { type DriveOptions, FlowError, type FlowEvent, type WaitingFor } from "millrace";
import { eventLine } from "../output/event-line.js";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import type { FoundFlow } from "../project/find-flow.js";
import type { AnyFlowClass } from "../project/flow-exports.js";
import type { CommandContext } from "./context.js";
import { listenForInterrupts } from "./interrupts.js";
import { waitingLines } from "./waiting-lines.js";

export type AnyFlow = InstanceType<AnyFlowClass>;

/** How any run may have come to rest. */
export interface AnyResult {
  readonly id: string;
  readonly status: "completed" | "waiting" | "running";
  readonly output?: unknown;
  readonly state?: unknown;
  readonly waitingFor?: readonly WaitingFor[];
}

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
  const unlisten = flow.events.on("*", (event) => report(event, context));
  const interrupts = listenForInterrupts(out);
  try {
    const result = await go({ abortSignal: interrupts.signal });
    return tellResult(result, context);
  } catch (error) {
    const id = FlowError.is(error) ? error.runId : undefined;
    if (id !== undefined) out.note(`To go on: ${again("resume", id)}`);
    if (!FlowError.is(error, "RUN_CANCELLED") || !interrupts.signal.aborted) throw error;
    return exitCodes.interrupted;
  } finally {
    interrupts.end();
    unlisten();
  }
}

function report(event: FlowEvent, { out }: CommandContext): void {
  if (out.mode === "jsonl") out.event(event);
  else if (out.mode === "text") {
    const line = eventLine(event);
    if (line !== undefined) out.note(line);
  }
}

function tellResult(result: AnyResult, { out, again }: CommandContext): ExitCode {
  const { id, status, output, state, waitingFor } = result;
  out.object({ ok: true, id, status, ...(status === "completed" && { output: output ?? null }), state, waitingFor });
  if (status === "completed") out.result(output);
  if (status === "running") out.note(`Run ${id} is driven by another process, which takes it from here.`);
  if (status !== "waiting") return exitCodes.completed;
  if (out.mode === "text") for (const line of waitingLines(id, waitingFor ?? [], again)) out.tell(line);
  return exitCodes.waiting;
}
