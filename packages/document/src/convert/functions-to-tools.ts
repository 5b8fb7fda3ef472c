import { parse, relative, resolve, sep } from "node:path";
import { stringify } from "yaml";
import { readFunctions, type WrittenParameter } from "./read-functions.js";

export interface FunctionsToToolsOptions {
  /** The project's folder, which the references in the document start at. @default the working directory */
  readonly root?: string;
}

/**
 * The exported functions of a module as `tools:` of a document, and the types that they refer to as `types:`. Names, types,
 * defaults and doc comments are read from the source; nothing of it is run. Needs the package `oxc-parser`.
 *
 * @throws {FlowError} CONVERT_FAILED – the module can't be parsed, exports no function, or a parameter has no name
 * @example
 * console.log(await functionsToTools("./search.ts"));
 */
export async function functionsToTools(file: string, { root = "." }: FunctionsToToolsOptions = {}): Promise<string> {
  const { functions, types } = await readFunctions(resolve(file));
  const path = relative(resolve(root), resolve(file)).split(sep).join("/");
  const module = path.startsWith(".") ? path : `./${path}`;
  const own = parse(path).name.replace(/\W+/g, "_");
  const tools = functions.map(({ name, description, args, parameters, output }) => [
    // a default export is called as its file
    name === "default" ? own : name,
    {
      ...(description && { description }),
      type: "code",
      run: `${module}#${name}`,
      ...(args && { args }),
      parameters: Object.fromEntries(Object.entries(parameters).map(([key, one]) => [key, declaration(one)])),
      ...(output !== undefined && { output }),
    },
  ]);
  const document = { ...(Object.keys(types).length > 0 && { types }), tools: Object.fromEntries(tools) };
  return stringify(document, { lineWidth: 120 });
}

/** As short as it can be: the type alone, where nothing else is known. */
function declaration({ type, description, default: fallback }: WrittenParameter): unknown {
  if (description === undefined && fallback === undefined) return type;
  return { type, ...(fallback !== undefined && { default: fallback }), ...(description && { description }) };
}
