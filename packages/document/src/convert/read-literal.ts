/** Fixed values of TypeScript's types → as documents write them: `"a" | "b"`, `5`. */
import type { Node } from "./source-modules.js";
import { NoWord, otherHint, type TypePlace } from "./type-place.js";

/** The values of an enum; one that is not written is the one before and one more. */
export function enumText(node: Node, at: TypePlace): string {
  const members = ((node.body as Node | undefined)?.members ?? node.members) as readonly Node[];
  let next = 0;
  return members
    .map((member) => {
      const given = member.initializer as Node | null | undefined;
      if (!given) return String(next++);
      if (typeof given.value === "number") next = given.value + 1;
      if (given.type !== "Literal") throw new NoWord(member, at, "Write out its value.");
      return literalText({ type: "TSLiteralType", literal: given, start: given.start, end: given.end }, at);
    })
    .join(" | ");
}

export function literalText(node: Node, at: TypePlace): string {
  const literal = node.literal as Node;
  const { value } = literal.type === "UnaryExpression" ? { value: -Number((literal.argument as Node).value) } : literal;
  // in whichever quotes it holds none of
  if (typeof value === "string")
    return value.includes('"') ? (value.includes("'") ? "text" : `'${value}'`) : `"${value}"`;
  if (literal.type === "TemplateLiteral") return "text";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "boolean") return "bool";
  throw new NoWord(node, at, otherHint);
}
