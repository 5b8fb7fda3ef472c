import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { FlowError } from "millrace";
import { type LoadedDocument, type LoadOptions, loadDocument } from "../load/load-document.js";
import { type FlowSource, sourceOfFlow } from "../lower/lower-flow.js";
import { ConvertModule } from "./convert-module.js";
import { markedEnv, readFromEnvironment } from "./environment-marks.js";
import { flowClass } from "./flow-class.js";
import { FlowScope } from "./flow-scope.js";
import { NoCounterpart } from "./no-counterpart.js";
import { toolFunction } from "./tool-function.js";

export interface DocumentToClassOptions extends LoadOptions {
  /** Where step types of the project's own are imported from, by name: `{ shout: "./shout.ts#shout" }`. */
  readonly stepTypeImports?: Readonly<Record<string, string>>;
  /** The file that the text will stand in: its imports go from there. @default one in the document's folder */
  readonly to?: string;
}

/**
 * The flows of a document as a TypeScript module: a class for each, with the same plan and hash, whose steps are methods.
 *
 * Step types that are more than an expression (`http`, `sql`, `decode`, …) are called by `stepRunner` of this package. What
 * connections take from the environment is read from there again.
 *
 * @throws {FlowError} DOCUMENT_INVALID – the document has problems
 * @throws {FlowError} CONVERT_FAILED – something has no counterpart in a class; the message names step, line and why
 * @example
 * writeFileSync("flows/review.ts", await documentToClass("flows/review.yaml"));
 */
export async function documentToClass(
  path: string | readonly string[],
  options: DocumentToClassOptions = {},
): Promise<string> {
  const { list } = await loadMarked(path, options);
  const sources = inOrder(list.map(({ flow }) => sourceOfFlow(flow)));
  const module = new ConvertModule(
    {
      source: sources[0]!,
      flows: list.map(({ id }) => id),
      stepTypes: options.stepTypeImports ?? {},
      folder: folderOf(options.to ?? [path].flat()[0]!),
    },
    toolFunction,
  );
  const problems: string[] = [];
  const classes = sources.flatMap((source) => {
    try {
      return [flowClass(new FlowScope(source, module))];
    } catch (error) {
      if (!(error instanceof NoCounterpart)) throw error;
      problems.push(`${source.spec.name}: ${error.message}`);
      return [];
    }
  });
  if (problems.length > 0)
    throw new FlowError("CONVERT_FAILED", `The document can't be written as classes. ${problems.join("; ")}.`, {
      hint: "Do in a function what has no counterpart, by `type: code`, or keep the document: it runs as it is.",
    });
  const { declarations } = module;
  const unused = (name: string) => !new RegExp(`@?\\b${name}\\b`).test([...declarations, ...classes].join("\n"));
  const text = [...module.names.linesWithout(unused), "", ...declarations, classes.join("\n")].join("\n");
  return readFromEnvironment(text);
}

/** With marks for what comes from the environment. */
async function loadMarked(path: string | readonly string[], options: LoadOptions): Promise<LoadedDocument> {
  const env = markedEnv(options.env ?? process.env);
  try {
    return await loadDocument(path, { ...options, env });
  } catch (error) {
    // what is wrong with it as it is, is told of it as it is
    await loadDocument(path, options);
    const said = FlowError.is(error, "DOCUMENT_INVALID") ? error.details.problems[0]?.message : String(error);
    throw new FlowError("CONVERT_FAILED", `The document's form hangs on variables of the environment: ${said}`, {
      hint: "Give what decides its form in the document itself; texts, numbers and what connections hold may come from outside.",
      cause: error,
    });
  }
}

/** Of a file that need not be there yet. */
function folderOf(file: string): string {
  const folder = dirname(resolve(file));
  return existsSync(folder) ? realpathSync(folder) : folder;
}

/** A class stands behind those that it runs. */
function inOrder(sources: readonly FlowSource[]): readonly FlowSource[] {
  const byId = new Map(sources.map((one) => [one.spec.name, one]));
  const ordered = new Set<FlowSource>();
  const add = (one: FlowSource | undefined) => {
    if (!one || ordered.has(one)) return;
    for (const { draft } of one.steps) if (draft.kind === "flow") add(byId.get(String(draft.config.flow)));
    ordered.add(one);
  };
  for (const one of sources) add(one);
  return [...ordered];
}
