import { FlowError } from "millrace";
import { type LoadOptions, loadDocument } from "../load/load-document.js";
import { sourceOfFlow } from "../lower/lower-flow.js";
import { NoCounterpart } from "./expression-source.js";
import { classNameOf, FlowWriter } from "./flow-writer.js";

/**
 * The flows of a document as a TypeScript module: a flow class for each, with the same plan and hash, whose steps are functions.
 * Its imports are those of the document's `code` steps: put it into the document's folder.
 *
 * Steps of type `code`, `template`, `echo`, `construct` without a type, `router`, `flow`, `sleep` and `ask` are written as code,
 * and expressions of values, comparisons and sums.
 *
 * @throws {FlowError} DOCUMENT_INVALID – the document has problems
 * @throws {FlowError} CONVERT_FAILED – steps or expressions that have no counterpart in code; the message names each
 * @example
 * writeFileSync("flows/review.ts", await documentToClass("flows/review.yaml"));
 */
export async function documentToClass(path: string | readonly string[], options: LoadOptions = {}): Promise<string> {
  const { list } = await loadDocument(path, options);
  const classes = new Map(list.map(({ id }) => [id, classNameOf(id)]));
  const imports = new Map<string, Set<string>>([["millrace", new Set(["flowClass", "lowerFlow"])]]);
  const problems: string[] = [];
  const written = inOrder(list.map(({ id, flow }) => ({ id, source: sourceOfFlow(flow) }))).flatMap(
    ({ id, source }) => {
      const writer = new FlowWriter(source, { imports, classes });
      try {
        return [writer.write(classes.get(id)!)];
      } catch (error) {
        if (!(error instanceof NoCounterpart)) throw error;
        problems.push(`${id}: ${error.message}`);
        return [];
      }
    },
  );
  if (problems.length > 0)
    throw new FlowError("CONVERT_FAILED", `The document can't be written as code. ${problems.join("; ")}.`, {
      hint: "Do in a function what has no counterpart, by `type: code`, or keep the document: it runs as it is.",
    });
  const lines = [...imports]
    .sort()
    .map(([module, names]) => `import { ${[...names].sort().join(", ")} } from "${module}";`);
  const body = written.join("\n");
  return `${lines.join("\n")}\n\n${body.includes("$text(") ? `${textHelper}\n\n` : ""}${body}`;
}

interface Source {
  readonly id: string;
  readonly source: ReturnType<typeof sourceOfFlow>;
}

/** A class stands behind those that it runs. */
function inOrder(sources: readonly Source[]): readonly Source[] {
  const byId = new Map(sources.map((one) => [one.id, one]));
  const ordered = new Set<Source>();
  const add = (one: Source | undefined) => {
    if (!one || ordered.has(one)) return;
    for (const { draft } of one.source.steps) if (draft.kind === "flow") add(byId.get(String(draft.config.flow)));
    ordered.add(one);
  };
  for (const one of sources) add(one);
  return [...ordered];
}

/** Values within a text, as documents put them there. No step can bear its name. */
const textHelper = [
  "const $text = (value: unknown): string =>",
  '  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);',
].join("\n");
