import { FlowError } from "millrace";
import { type LoadOptions, loadDocument } from "../load/load-document.js";
import { type FlowSource, sourceOfFlow } from "../lower/lower-flow.js";
import { ConvertModule } from "./convert-module.js";
import { flowClass } from "./flow-class.js";
import { FlowScope } from "./flow-scope.js";
import { NoCounterpart } from "./no-counterpart.js";
import { toolFunction } from "./tool-function.js";

export interface DocumentToClassOptions extends LoadOptions {
  /** Where step types of the project's own are imported from, by name: `{ shout: "./shout.ts#shout" }`. */
  readonly stepTypeImports?: Readonly<Record<string, string>>;
}

/**
 * The flows of a document as a TypeScript module: a class for each, with the same plan and hash, whose steps are methods. Put it
 * into the document's folder: its imports are those of the `code` steps, and files and databases are looked for beside it.
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
  const { list } = await loadDocument(path, options);
  const sources = inOrder(list.map(({ flow }) => sourceOfFlow(flow)));
  const module = new ConvertModule(
    { source: sources[0]!, flows: list.map(({ id }) => id), stepTypes: options.stepTypeImports ?? {} },
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
  return [...module.names.linesWithout(unused), "", ...declarations, classes.join("\n")].join("\n");
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
