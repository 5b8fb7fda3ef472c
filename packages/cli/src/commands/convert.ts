import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { exitCodes } from "../output/exit-codes.js";
import { writeFile } from "../output/write-file.js";
import { noFile } from "../project/find-flow.js";
import { isDocument, loadOptions } from "../project/flows-of-file.js";
import { importFor } from "../project/import-for.js";
import type { CommandContext } from "./context.js";

/** `millrace convert`: a module's exported functions as `tools:` of a document, or a document's flows as classes. */
export async function convert(
  { project, out }: CommandContext,
  ...[file, flags]: [file: string, flags: { readonly out?: string }]
) {
  const module = resolve(project.cwd, file);
  if (!existsSync(module)) throw noFile(project, module);
  const document = await importFor<typeof import("@millrace/document")>(project.root, "@millrace/document");
  const text = isDocument(module)
    ? await document.documentToClass(module, loadOptions(project, [module]))
    : await document.functionsToTools(module, { root: project.root });
  if (flags.out === undefined) {
    out.write(text.trimEnd());
    return exitCodes.completed;
  }
  const written = resolve(project.cwd, flags.out);
  writeFile(written, text);
  out.object({ ok: true, file: written });
  out.note(`Written to ${written}`);
  return exitCodes.completed;
}
