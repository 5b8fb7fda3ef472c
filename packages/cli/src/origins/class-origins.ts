import type { StepOrigin } from "millrace";
import { originOf } from "./origin-of.js";
import { type Part, partsOf, type SourceText } from "./source-text.js";

/** Steps of a class and of those of the same file that it extends: a method that is written anew stands where it is written last. */
export function classOrigins(source: SourceText, file: string, className: string): Map<string, StepOrigin> {
  const classes = new Map<string, Part>();
  for (const part of partsOf(source.program)) {
    if (part.type === "ClassDeclaration" || part.type === "ClassExpression")
      classes.set(part.id?.name ?? "default", part);
    // `const Review = class extends Flow {…}`
    if (part.type === "VariableDeclarator" && part.init?.type === "ClassExpression" && part.id.name !== undefined)
      classes.set(part.id.name, part.init);
  }
  const origins = new Map<string, StepOrigin>();
  const seen = new Set<Part>();
  let found = classes.get(className);
  while (found && !seen.has(found)) {
    seen.add(found);
    for (const member of found.body.body as Part[]) {
      const name = methodName(member);
      if (name === undefined || origins.has(name)) continue;
      origins.set(name, originOf(source, { file, name: member.key, doc: member.start }, member.value));
    }
    found = classes.get(found.superClass?.name);
  }
  return origins;
}

function methodName({ type, kind, key, computed, static: isStatic }: Part): string | undefined {
  if (type !== "MethodDefinition" || kind !== "method" || isStatic) return undefined;
  if (key.type === "Identifier" && !computed) return key.name;
  return typeof key.value === "string" ? key.value : undefined;
}
