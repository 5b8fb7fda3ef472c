import { FlowError } from "millrace";
import { type ExitCode, exitCodeOf, exitCodes } from "../output/exit-codes.js";
import { writeTable } from "../output/table.js";
import { flowByName } from "../project/find-flow.js";
import type { CommandContext } from "./context.js";
import { instanceOf, withReports } from "./drive.js";
import { listenForInterrupts } from "./interrupts.js";
import { driveFlags } from "./run.js";

export interface RecoverFlags {
  readonly flow?: string;
  readonly returnOnSleep?: boolean | string;
}

interface Outcome {
  readonly id: string;
  readonly flow: string;
  readonly status: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** `millrace recover`: drives on the runs whose process is gone, and those whose time has come, of all flows or of one. */
export async function recover(context: CommandContext, flags: RecoverFlags): Promise<ExitCode> {
  const { out, project } = context;
  const how = driveFlags(flags);
  const stop = listenForInterrupts(out);
  const outcomes: Outcome[] = [];
  const unknown: FlowError[] = [];
  try {
    for (const name of await flowsUnderWay(context, flags.flow)) {
      if (stop.signal.aborted) break;
      try {
        const flow = await instanceOf(context, await flowByName(project, name, flags.flow));
        const recovered = await withReports(context, flow, () =>
          flow.runs.recover({ ...how, stopSignal: stop.signal }),
        );
        for (const run of recovered) outcomes.push(outcomeOf(name, run));
      } catch (error) {
        if (!FlowError.is(error)) throw error;
        unknown.push(error);
      }
    }
  } finally {
    stop.end();
  }
  const [problem] = unknown;
  for (const { code, message } of unknown) out.tell(`error ${code} ${message}`);
  out.object({
    ok: problem === undefined,
    runs: outcomes,
    problems: unknown.map(({ code, message }) => ({ code, message })),
  });
  if (out.mode === "text")
    writeTable(
      {
        head: ["run", "flow", "status", "error"],
        rows: outcomes.map((o) => [o.id, o.flow, o.status, o.error?.code]),
        important: ["run", "status", "error"],
      },
      out,
    );
  if (stop.signal.aborted) return exitCodes.interrupted;
  if (problem) return exitCodeOf(problem);
  return outcomes.some(({ status }) => status === "failed" || status === "refused")
    ? exitCodes.failed
    : exitCodes.completed;
}

type Recovered = Awaited<ReturnType<Awaited<ReturnType<typeof instanceOf>>["runs"]["recover"]>>[number];

function outcomeOf(flow: string, run: Recovered): Outcome {
  const { id, status } = run;
  const error = "error" in run ? { code: run.error.code, message: run.error.message } : undefined;
  return { id, flow, status, ...(error && { error }) };
}

/** The flows of runs that nobody drives and that could go on. */
async function flowsUnderWay({ project }: CommandContext, only: string | undefined): Promise<ReadonlySet<string>> {
  const persistence = await project.persistence({ mustExist: true });
  const names = new Set<string>();
  if (only !== undefined) return names.add((await flowByName(project, only, only)).name);
  let cursor: string | undefined;
  do {
    const page = await persistence.due({ until: Date.now(), limit: 500, ...(cursor !== undefined && { cursor }) });
    for (const { flow } of page.runs) names.add(flow);
    cursor = page.next;
  } while (cursor !== undefined);
  return names;
}
