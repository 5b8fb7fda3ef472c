import type { StepOrigin } from "millrace";
import { originOf } from "./origin-of.js";
import { type Part, partsOf, type SourceText } from "./source-text.js";
import { bare, type Sources } from "./sources.js";

/**
 * Steps of a class and of those that it extends, mixins too, in whichever file they are written: a method that is written anew
 * stands where it is written last.
 */
export function classOrigins(sources: Sources, source: SourceText, className: string): Map<string, StepOrigin> {
  const origins = new Map<string, StepOrigin>();
  for (const { code, source: at } of lineage(sources, startOf(sources, source, className))) {
    for (const member of code.body.body as Part[]) {
      const name = methodName(member);
      if (name === undefined || origins.has(name)) continue;
      origins.set(name, originOf(at, { name: member.key, doc: member.start }, member.value));
    }
  }
  return origins;
}

interface Place {
  readonly code: Part;
  readonly source: SourceText;
}

/** At the top of the module, exported from elsewhere, or anywhere in it. */
function startOf(sources: Sources, source: SourceText, className: string): Place[] {
  const top = sources.find(source, className);
  if (top) return [top];
  for (const part of partsOf(source.program)) {
    if (isClass(part) && (part.id?.name ?? "default") === className) return [{ code: part, source }];
    // `const Review = class extends Flow {…}`
    if (part.type === "VariableDeclarator" && part.init && isClass(part.init) && part.id.name === className)
      return [{ code: part.init, source }];
  }
  return [];
}

/** Classes, the last one first, each before what it extends. */
function* lineage(sources: Sources, open: Place[], seen = new Set<Part>()): Generator<Place> {
  for (const { code: wrapped, source } of open) {
    const code = bare(wrapped);
    if (seen.has(code)) continue;
    seen.add(code);
    if (isClass(code)) {
      yield { code, source };
      if (code.superClass) yield* lineage(sources, [{ code: code.superClass, source }], seen);
    } else if (code.type === "Identifier") {
      const meaning = sources.find(source, code.name) ?? startOf(sources, source, code.name)[0];
      if (meaning) yield* lineage(sources, [meaning], seen);
    } else if (code.type === "CallExpression") {
      // A mixin: the class that it makes, on what it is given.
      const maker = code.callee.type === "Identifier" ? sources.find(source, code.callee.name) : undefined;
      const made = maker && [...partsOf(maker.code.body)].find(isClass);
      if (made) yield* lineage(sources, [{ code: made, source: maker.source }], seen);
      yield* lineage(
        sources,
        (code.arguments as Part[]).map((given) => ({ code: given, source })),
        seen,
      );
    }
  }
}

const isClass = ({ type }: Part) => type === "ClassDeclaration" || type === "ClassExpression";

function methodName({ type, kind, key, computed, static: isStatic }: Part): string | undefined {
  if (type !== "MethodDefinition" || kind !== "method" || isStatic) return undefined;
  if (key.type === "Identifier" && !computed) return key.name;
  return typeof key.value === "string" ? key.value : undefined;
}
