/** Values of a document as code: data, and texts with expressions in them. */
import { type Expression, isValue, type Template } from "../expressions/index.js";
import type { ValueTree } from "../lower/value-tree.js";
import { type Around, expressionSource, type Operand } from "./expression-source.js";
import { isSure } from "./known-types.js";
import { literal, property } from "./literals.js";
import { inBraces, inBrackets, type Source } from "./text-layout.js";

export interface ValueAround extends Around {
  /** What makes a text of any value is called here. */
  textOf(): string;
  /** What keeps values of a text apart is called here. */
  parts(): string;
}

export function valueSource(tree: ValueTree, around: ValueAround): Source {
  switch (tree.kind) {
    case "value":
      return literal(tree.value);
    case "list":
      return inBrackets(tree.items.map((one) => valueSource(one, around)));
    case "record":
      return inBraces(
        [...tree.entries].map(([key, one]) => {
          const source = valueSource(one, around);
          return source === key && property(key) === key ? key : [`${property(key)}: `, source];
        }),
      );
    case "template":
      return isValue(tree.template)
        ? expressionSource(tree.template.expressions[0]!, around).text
        : templateText(tree.template, around);
  }
}

/** With values of a URL kept apart, to be encoded for where they stand. */
export function partsSource(tree: ValueTree, around: ValueAround): Source {
  if (tree.kind !== "template") return valueSource(tree, around);
  const { texts, expressions } = tree.template;
  return `${around.parts()}${quoted(texts, expressions, (one) => expressionSource(one, around).text)}`;
}

/** The one value that a tree is, as what is computed with. */
export function valueOperand(tree: ValueTree, around: ValueAround): Operand | undefined {
  if (tree.kind !== "template" || !isValue(tree.template)) return undefined;
  return expressionSource(tree.template.expressions[0]!, around);
}

function templateText({ texts, expressions }: Template, around: ValueAround): string {
  return quoted(texts, expressions, (one) => printed(one, around));
}

const texts: ReadonlySet<string> = new Set(["string"]);
const prints: ReadonlySet<string> = new Set(["string", "double", "int", "bool"]);

/** Values print as a document prints them: nothing as nothing, data as JSON. */
export function printed(expression: Expression, around: ValueAround): string {
  return printedAs(expression, prints, around);
}

/** What is of one of these types, and surely there, stands for itself. */
function printedAs(expression: Expression, types: ReadonlySet<string>, around: ValueAround): string {
  const { text, schema, computed } = expressionSource(expression, around);
  // a variable of such a type, or a field, may have no value
  const isThere = computed || (schema !== undefined && isSure(schema));
  return isThere && types.has(expression.type) ? text : `${around.textOf()}(${text})`;
}

function quoted(
  texts: readonly string[],
  expressions: readonly Expression[],
  write: (expression: Expression) => string,
): string {
  const escaped = texts.map((text) =>
    text
      .replace(/[`\\]|\$\{/g, "\\$&")
      .replaceAll("\n", "\\n")
      .replaceAll("\r", "\\r"),
  );
  const body = escaped.map((text, i) => (i === 0 ? text : `\${${write(expressions[i - 1]!)}}${text}`));
  return `\`${body.join("")}\``;
}

/** A text of a document: what is no text there is made one. */
export function textSource(tree: ValueTree, around: ValueAround): Source {
  if (tree.kind !== "template" || !isValue(tree.template)) return valueSource(tree, around);
  return printedAs(tree.template.expressions[0]!, texts, around);
}
