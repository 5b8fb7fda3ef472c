import { FlowError } from "millrace";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import { oneLine } from "../output/table.js";
import { configuredFlows } from "../project/find-flow.js";
import { flowsAt } from "../project/flows-at.js";
import { type Checked, checkFlow, doubleNames, failureOf } from "../validation/checked.js";
import type { CommandContext } from "./context.js";

/** `millrace validate`: compiles flows, and tells all that is wrong with all of them. Without files: those of the config. */
export async function validate(
  context: CommandContext,
  ...[files, flags]: [files: readonly string[], flags: { readonly strict?: boolean }]
): Promise<ExitCode> {
  const { out, project } = context;
  const { flows, failures } = files.length > 0 ? await flowsAt(project, files) : await configuredFlows(project);
  if (flows.length === 0 && failures.length === 0) {
    throw new FlowError("CLI_USAGE_INVALID", "There is nothing to validate.", {
      hint: "Give files or folders, or list files under `flows` or `documents` in millrace.config.ts.",
    });
  }
  const how = { cwd: project.cwd, strict: flags.strict === true };
  const plans = await Promise.all(flows.map((flow) => checkFlow(flow, how)));
  const checked = [
    ...(await Promise.all(failures.map((one) => failureOf(one, how)))),
    ...plans,
    ...doubleNames(flows, how),
  ];
  const ok = checked.every((one) => one.ok);
  out.object({ ok, flows: checked });
  if (out.mode === "text") for (const one of checked) for (const line of linesOf(one)) out.write(line);
  return ok ? exitCodes.completed : exitCodeOf(checked);
}

/** `ok<tab>place`, or a line for each problem: code, place, step, message, hint. */
function linesOf({ where, ok, problems }: Checked): readonly string[] {
  if (ok) return [`ok\t${oneLine(where)}`];
  return problems.map(({ code, step, message, hint, place }) =>
    [code, place ?? where, step ?? "", message, hint].map(oneLine).join("\t"),
  );
}

/** Where all that is wrong is that nothing is there. */
function exitCodeOf(checked: readonly Checked[]): ExitCode {
  const codes = checked.flatMap(({ problems }) => problems.map(({ code }) => code));
  return codes.every((code) => code === "CLI_FLOW_NOT_FOUND") && checked.every(({ ok }) => !ok)
    ? exitCodes.notFound
    : exitCodes.invalid;
}
