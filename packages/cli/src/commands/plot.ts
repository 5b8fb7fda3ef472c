import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { FlowError } from "millrace";
import { exitCodes } from "../output/exit-codes.js";
import { findFlow } from "../project/find-flow.js";
import type { CommandContext } from "./context.js";

export interface PlotFlags {
  readonly format?: string;
  readonly out?: string;
}

/** `millrace plot`: draws a flow. */
export async function plot(context: CommandContext, ...[target, flags]: [target: string, flags: PlotFlags]) {
  const { out, project } = context;
  const { flowClass } = await findFlow(project, target);
  const format = flags.format ?? "mermaid";
  if (format !== "mermaid" && format !== "json") {
    throw new FlowError("CLI_USAGE_INVALID", `"${format}" is no format of a drawing.`, {
      hint: "There are: mermaid, json.",
    });
  }
  const drawn =
    format === "json" ? `${JSON.stringify(flowClass.plot({ format: "json" }), null, 2)}\n` : flowClass.plot({ format });
  if (flags.out === undefined) {
    out.write(drawn.trimEnd());
    return exitCodes.completed;
  }
  const file = resolve(project.cwd, flags.out);
  writeFileSync(file, drawn);
  out.object({ ok: true, file });
  out.note(`Drawn to ${file}.`);
  return exitCodes.completed;
}
