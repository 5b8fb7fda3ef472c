import type { StepOrigin } from "millrace";
import { originOf } from "./origin-of.js";
import { type Part, partsOf, type SourceText } from "./source-text.js";

const functions = new Set(["ArrowFunctionExpression", "FunctionExpression", "FunctionDeclaration"]);

/** Steps of `flow("name").step(…).step(…)`: what stands at the call, and of functions of the same file where those are written. */
export function builtOrigins(source: SourceText, file: string, flowName: string): Map<string, StepOrigin> {
  const parts = [...partsOf(source.program)];
  const named = namedFunctions(parts);
  const origins = new Map<string, StepOrigin>();
  for (const part of parts) {
    const { callee } = part;
    if (part.type !== "CallExpression" || callee.type !== "MemberExpression" || callee.property.name !== "step")
      continue;
    if (flowOf(part) !== flowName) continue;
    const [first, second] = part.arguments as Part[];
    const given = typeof first?.value === "string" ? first.value : undefined;
    const code = given === undefined ? first : second;
    const name = given ?? code?.name ?? code?.id?.name;
    if (typeof name !== "string") continue;
    const known = code?.type === "Identifier" ? named.get(code.name) : undefined;
    const here = { file, name: callee.property as Part, doc: callee.property.start as number };
    const inline = code && functions.has(code.type) ? code : undefined;
    const origin = originOf(source, known ? { file, name: known.name, doc: known.doc } : here, known?.code ?? inline);
    const description = source.docBefore(here.doc) ?? origin.description;
    origins.set(name, { ...origin, ...(description !== undefined && { description }) });
  }
  return origins;
}

interface NamedFunction {
  readonly name: Part;
  readonly code: Part;
  /** Where its doc comment ends at the latest. */
  readonly doc: number;
}

function namedFunctions(parts: readonly Part[]): Map<string, NamedFunction> {
  const named = new Map<string, NamedFunction>();
  for (const part of parts) {
    if (part.type === "FunctionDeclaration" && part.id)
      named.set(part.id.name, { name: part.id, code: part, doc: part.start });
    if (part.type !== "VariableDeclaration") continue;
    for (const { id, init } of part.declarations as Part[])
      if (init && functions.has(init.type)) named.set(id.name, { name: id, code: init, doc: part.start });
  }
  return named;
}

/** The name that the chain of calls begins with: `flow("name")`. */
function flowOf(call: Part): string | undefined {
  let part: Part | undefined = call;
  while (part?.type === "CallExpression" && part.callee.type === "MemberExpression") part = part.callee.object as Part;
  return part?.type === "CallExpression" && part.callee.name === "flow" ? part.arguments[0]?.value : undefined;
}
