import type { StepOrigin } from "millrace";
import { originOf } from "./origin-of.js";
import { type Part, partsOf, type SourceText } from "./source-text.js";
import type { Sources } from "./sources.js";

const functions = new Set(["ArrowFunctionExpression", "FunctionExpression", "FunctionDeclaration"]);

/**
 * Steps of `flow("name").step(…).step(…)`: what stands at the call, and of functions where those are written, in this file or
 * one that it imports. A chain that goes on from a variable is followed to where that is made.
 */
export function builtOrigins(sources: Sources, first: SourceText, flowName: string): Map<string, StepOrigin> {
  const origins = new Map<string, StepOrigin>();
  const seen = new Set<SourceText>();
  const open = [first];
  for (let source = open.pop(); source; source = open.pop()) {
    if (seen.has(source)) continue;
    seen.add(source);
    for (const part of partsOf(source.program)) {
      if (part.type !== "CallExpression" || part.callee.type !== "MemberExpression") continue;
      if (part.callee.property.name !== "step") continue;
      const root = rootOf(sources, source, part);
      if (root?.flow !== flowName) continue;
      open.push(...root.sources);
      const [name, origin] = stepOf(sources, source, part) ?? [];
      if (name !== undefined && !origins.has(name)) origins.set(name, origin!);
    }
  }
  return origins;
}

function stepOf(sources: Sources, source: SourceText, call: Part): [name: string, origin: StepOrigin] | undefined {
  const [first, second] = call.arguments as Part[];
  const given = typeof first?.value === "string" ? first.value : undefined;
  const code = given === undefined ? first : second;
  const name = given ?? code?.name ?? code?.id?.name;
  if (typeof name !== "string") return undefined;
  const property = call.callee.property as Part;
  const meaning = code?.type === "Identifier" ? sources.find(source, code.name) : undefined;
  const known = meaning && functions.has(meaning.code.type) ? meaning : undefined;
  const inline = code && functions.has(code.type) ? code : undefined;
  const origin = known
    ? originOf(known.source, known, known.code)
    : originOf(source, { name: property, doc: property.start }, inline);
  const description = source.docBefore(property.start) ?? origin.description;
  return [name, { ...origin, ...(description !== undefined && { description }) }];
}

/** What the chain of calls begins with, `flow("name")`, and the files on the way there. */
function rootOf(
  sources: Sources,
  source: SourceText,
  call: Part,
): { readonly flow: string; readonly sources: readonly SourceText[] } | undefined {
  const passed: SourceText[] = [];
  const seen = new Set<Part>();
  let at = { part: call, source };
  for (;;) {
    const { part } = at;
    if (seen.has(part)) return undefined;
    seen.add(part);
    if (part.type === "Identifier") {
      const meaning = sources.find(at.source, part.name);
      if (!meaning) return undefined;
      at = { part: meaning.code, source: meaning.source };
      passed.push(meaning.source);
    } else if (part.type !== "CallExpression") return undefined;
    else if (part.callee.type === "MemberExpression") at = { part: part.callee.object as Part, source: at.source };
    else {
      const flow = part.callee.name === "flow" ? part.arguments[0]?.value : undefined;
      return typeof flow === "string" ? { flow, sources: passed } : undefined;
    }
  }
}
