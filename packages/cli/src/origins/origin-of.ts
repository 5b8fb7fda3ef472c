import type { StepOrigin } from "millrace";
import { type Part, partsOf, type SourceText } from "./source-text.js";

/**
 * What the source says of a step.
 * @param at Where it is defined: its name.
 * @param code The function that it runs, if that stands in the file.
 */
export function originOf(
  source: SourceText,
  at: { readonly name: Part; readonly doc: number },
  code: Part | undefined,
): StepOrigin {
  const description = source.docBefore(at.doc);
  const shape = code && shapeOf(code);
  return {
    file: source.file,
    ...source.place(at.name.start),
    ...(description !== undefined && { description }),
    ...(code && { signature: signatureOf(source, code) }),
    ...(shape && { shape }),
  };
}

/** Parameters and result, as far as they are written. */
function signatureOf(source: SourceText, { params, returnType }: Part): string {
  const written = (params as Part[]).map(({ start, end }) => source.text(start, end)).join(", ");
  const result = returnType?.typeAnnotation as Part | undefined;
  return result ? `(${written}) => ${source.text(result.start, result.end)}` : `(${written})`;
}

/** Whether it asks people, or runs another flow, as far as its own code shows. */
function shapeOf({ body }: Part): StepOrigin["shape"] {
  let shape: StepOrigin["shape"];
  for (const { type, callee } of partsOf(body)) {
    if (type !== "CallExpression") continue;
    const name = callee.type === "MemberExpression" ? callee.property.name : callee.name;
    if (name === "approval" || (name === "ask" && callee.object?.type === "ThisExpression")) return "approval";
    if (name === "runFlow") shape = "flow";
  }
  return shape;
}
