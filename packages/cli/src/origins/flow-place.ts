/** Where a flow itself is written: the name of its class, or that in `flow("name")`. As with its steps, nothing depends on it. */
import type { OriginsOf } from "./read-origins.js";
import { type Part, type Place, partsOf, type SourceText } from "./source-text.js";
import { Sources } from "./sources.js";

export async function readFlowPlace({
  file,
  className,
  flowName,
}: Pick<OriginsOf, "file" | "className" | "flowName">): Promise<Place | undefined> {
  try {
    const { parseSync } = await import("oxc-parser");
    const source = new Sources(parseSync).at(file);
    if (!source) return undefined;
    const parts = [...partsOf(source.program)];
    return classPlace(source, parts, className) ?? builtPlace(source, parts, flowName);
  } catch {
    return undefined;
  }
}

function classPlace(source: SourceText, parts: readonly Part[], className: string): Place | undefined {
  const isClass = ({ type }: Part) => type === "ClassDeclaration" || type === "ClassExpression";
  for (const part of parts) {
    if (isClass(part) && (part.id?.name ?? "default") === className) return source.place((part.id ?? part).start);
    // `const Review = class extends Flow {…}`
    if (part.type === "VariableDeclarator" && part.init && isClass(part.init) && part.id.name === className)
      return source.place(part.id.start);
  }
  return undefined;
}

function builtPlace(source: SourceText, parts: readonly Part[], flowName: string): Place | undefined {
  const begun = parts.find(
    ({ type, callee, arguments: given }) =>
      type === "CallExpression" && callee.name === "flow" && given[0]?.value === flowName,
  );
  return begun && source.place(begun.arguments[0].start);
}
