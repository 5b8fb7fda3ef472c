import { existsSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { FlowError } from "millrace";
import { exitCodes } from "../output/exit-codes.js";
import { writeFile } from "../output/write-file.js";
import { noFile } from "../project/find-flow.js";
import { isDocument, loadOptions } from "../project/flows-of-file.js";
import { importFor } from "../project/import-for.js";
import type { CommandContext } from "./context.js";

interface ConvertFlags {
  readonly out?: string;
  /** Where step types of the project's own are imported from: `shout=./shout.ts#shout`. */
  readonly import?: readonly string[];
}

/** `millrace convert`: a module's exported functions as `tools:` of a document, or a document's flows as classes. */
export async function convert({ project, out }: CommandContext, ...[file, flags]: [file: string, flags: ConvertFlags]) {
  const source = resolve(project.cwd, file);
  const written = flags.out === undefined ? undefined : resolve(project.cwd, flags.out);
  if (!existsSync(source)) throw noFile(project, source);
  check(source, written, flags);
  const document = await importFor<typeof import("@millrace/document")>(project.root, "@millrace/document");
  const text = isDocument(source)
    ? await document.documentToClass(source, {
        ...(await loadOptions(project, [source])),
        stepTypeImports: importsOf(flags.import ?? []),
        to: written ?? source,
      })
    : await document.functionsToTools(source, { root: project.root });
  if (written === undefined) {
    out.write(text.trimEnd());
    return exitCodes.completed;
  }
  writeFile(written, text);
  out.object({ ok: true, file: written });
  out.note(`Written to ${written}`);
  return exitCodes.completed;
}

const modules = [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"];
const classFiles = [".ts", ".mts"];
const toolFiles = [".yaml", ".yml"];
const what =
  "A document (.yaml, .yml, .json) becomes classes (.ts, .mts); a module (.ts, .js, …) becomes tools (.yaml, .yml).";

function check(source: string, written: string | undefined, flags: ConvertFlags): void {
  if (!statSync(source).isFile()) throw usage(`${source} is no file.`, what);
  if (!isDocument(source) && !modules.includes(extname(source)))
    throw usage(`${source} is neither a document nor a module.`, what);
  if (written !== undefined) {
    if (written === source) throw usage(`${source} would be written over itself.`, "Name another file by --out.");
    const fitting = isDocument(source) ? classFiles : toolFiles;
    if (!fitting.includes(extname(written)))
      throw usage(`What is made of ${source} can't be written to a file like ${written}.`, what);
  }
  if (flags.import && !isDocument(source))
    throw usage("--import is for documents, whose step types it is about.", what);
}

function importsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, type, reference] = /^([^=]+)=(.+#.+)$/.exec(pair) ?? [];
      if (type !== undefined && reference !== undefined) return [type, reference];
      throw usage(
        `--import ${pair} can't be read.`,
        "Write the step type, and what exports it: --import shout=./shout.ts#shout.",
      );
    }),
  );
}

const usage = (message: string, hint: string) => new FlowError("CLI_USAGE_INVALID", message, { hint });
