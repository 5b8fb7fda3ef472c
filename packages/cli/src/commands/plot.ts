import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { FlowError, type RunOverlay, type StepOrigin } from "millrace";
import { readOrigins, readReferences } from "../origins/read-origins.js";
import { exitCodes } from "../output/exit-codes.js";
import { writeFile } from "../output/write-file.js";
import { findFlow } from "../project/find-flow.js";
import { type FoundFlow, isDocument } from "../project/flows-of-file.js";
import type { CommandContext } from "./context.js";
import { instanceOf } from "./drive.js";
import { flowOfRun } from "./resume.js";

export interface PlotFlags {
  readonly format?: Format;
  readonly out?: string;
  readonly run?: string;
  readonly open?: boolean;
}

type Format = "mermaid" | "json" | "svg" | "html";

const byExtension: Readonly<Record<string, Format>> = { ".html": "html", ".svg": "svg", ".json": "json" };

/** `millrace plot`: draws a flow, with what a run has done laid over it. */
export async function plot(
  context: CommandContext,
  ...[target, flags]: [target: string | undefined, flags: PlotFlags]
) {
  const { out, project } = context;
  const format = formatOf(flags);
  const found = await flowToDraw(context, target, flags.run);
  const run = flags.run === undefined ? undefined : await (await instanceOf(context, found)).runs.overlay(flags.run);
  const drawn = await draw(found, format, { run, root: project.root });
  const file = fileFor(flags, { cwd: project.cwd, format });
  if (file === undefined) {
    out.write(drawn.trimEnd());
    return exitCodes.completed;
  }
  writeFile(file, drawn);
  out.object({ ok: true, file });
  out.note(`Drawn to ${file}`);
  if (flags.open) openInBrowser(file);
  return exitCodes.completed;
}

/** @throws {FlowError} CLI_USAGE_INVALID – a run is to be laid over text */
function formatOf({ format, out, run, open }: PlotFlags): Format {
  const guessed = (out !== undefined && byExtension[extname(out)]) || (open || run !== undefined ? "html" : "mermaid");
  const wanted = format ?? guessed;
  if (run === undefined || wanted === "svg" || wanted === "html") return wanted;
  throw new FlowError("CLI_USAGE_INVALID", `A run can't be laid over a drawing as ${wanted}.`, {
    hint: "Give --format svg or --format html.",
  });
}

async function flowToDraw(
  context: CommandContext,
  target: string | undefined,
  run: string | undefined,
): Promise<FoundFlow> {
  if (target !== undefined) return findFlow(context.project, target);
  if (run !== undefined) return flowOfRun(context, run);
  throw new FlowError("CLI_USAGE_INVALID", "Nothing says what to draw.", { hint: "Give a flow, or a run by --run." });
}

async function draw(
  { flowClass, name, file }: FoundFlow,
  format: Format,
  { run, root }: { readonly run: RunOverlay | undefined; readonly root: string },
): Promise<string> {
  if (format === "json") return `${JSON.stringify(flowClass.plot({ format }), null, 2)}\n`;
  if (format === "mermaid") return flowClass.plot({ format });
  const origins = file === undefined ? {} : await originsOf({ flowClass, name, file }, { root, format });
  return flowClass.plot({ format, origins, ...(run && { run }) });
}

function originsOf(
  { flowClass, name, file }: FoundFlow & { readonly file: string },
  { root, format }: { readonly root: string; readonly format: Format },
): Promise<Record<string, StepOrigin>> {
  if (!isDocument(file))
    return readOrigins({ file, root, className: flowClass.name, flowName: name, types: format === "html" });
  // A document outside of the project has its own folder for one.
  const isInside = !relative(root, file).startsWith(`..${sep}`);
  return readReferences(isInside ? root : dirname(file), flowClass.toDefinition().steps);
}

/** Undefined: standard output. */
function fileFor(
  { out, open }: PlotFlags,
  { cwd, format }: { readonly cwd: string; readonly format: Format },
): string | undefined {
  if (out !== undefined) return resolve(cwd, out);
  if (!open) return undefined;
  return join(mkdtempSync(join(tmpdir(), "millrace-")), `flow.${format === "mermaid" ? "mmd" : format}`);
}

function openInBrowser(file: string): void {
  const [program, ...args] = openers[process.platform] ?? ["xdg-open"];
  // where there is no browser the file is there all the same
  spawn(program!, [...args, file], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
