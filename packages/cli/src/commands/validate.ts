import { relative } from "node:path";
import { type DocumentProblem, FlowError, type PlanProblem } from "millrace";
import { exitCodes } from "../output/exit-codes.js";
import { oneLine } from "../output/table.js";
import { configuredFlows, flowsAt } from "../project/find-flow.js";
import type { FoundFlow } from "../project/flows-of-file.js";
import type { CommandContext } from "./context.js";

/** What is wrong with a flow or a file. */
interface Checked {
  /** `file#Export`, or the flow's name. */
  readonly where: string;
  readonly flow?: string;
  readonly ok: boolean;
  readonly problems: readonly FoundProblem[];
}

interface FoundProblem extends Pick<PlanProblem, "code" | "step" | "message" | "hint"> {
  /** Of a document: `file:line:column`. */
  readonly place?: string;
}

/** `millrace validate`: compiles flows, and tells all that is wrong with all of them. Without files: those of the config. */
export async function validate(
  context: CommandContext,
  ...[files, flags]: [files: readonly string[], flags: { readonly strict?: boolean }]
) {
  const { out, project } = context;
  const { flows, failures } = files.length > 0 ? await flowsAt(project, files) : await configuredFlows(project);
  if (flows.length === 0 && failures.length === 0) {
    throw new FlowError("CLI_USAGE_INVALID", "There is nothing to validate.", {
      hint: "Give files, or list them under `flows` in millrace.config.ts.",
    });
  }
  const checked = [...failures.map(failureOf), ...flows.map((flow) => check(flow, project.cwd, flags.strict === true))];
  const ok = checked.every((one) => one.ok);
  out.object({ ok, flows: checked });
  if (out.mode === "text") {
    for (const { where, ok: fits, problems } of checked) {
      if (fits) out.write(`ok\t${oneLine(where)}`);
      for (const { code, step, message, hint, place } of problems)
        out.write([code, place ?? where, step ?? "", message, hint].map(oneLine).join("\t"));
    }
  }
  return ok ? exitCodes.completed : exitCodes.invalid;
}

function check({ name, flowClass, file, exportName }: FoundFlow, cwd: string, strict: boolean): Checked {
  const where = file === undefined ? name : `${relative(cwd, file)}${exportName === undefined ? "" : `#${exportName}`}`;
  try {
    flowClass.plan({ strict });
    return { where, flow: name, ok: true, problems: [] };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    return { where, flow: name, ok: false, problems: problemsOf(error) };
  }
}

function failureOf(error: FlowError): Checked {
  const { file } = error.details as { readonly file?: string };
  const problems = FlowError.is(error, "DOCUMENT_INVALID") ? error.details.problems.map(inDocument) : problemsOf(error);
  return { where: file ?? "", ok: false, problems };
}

function problemsOf(error: FlowError): readonly FoundProblem[] {
  return (FlowError.is(error, "PLAN_INVALID") ? error.details.problems : [error]).map(problemOf);
}

function problemOf({ code, step, message, hint }: FoundProblem): FoundProblem {
  return { code, ...(step !== undefined && { step }), message, hint };
}

function inDocument({ code, message, hint, file, line, column }: DocumentProblem): FoundProblem {
  return { code, message, hint, place: `${file}:${line}:${column}` };
}
