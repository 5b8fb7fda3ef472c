/** A value of a document in whose texts `{{ expressions }}` may stand: compiled once, made at each call. */
import {
  compileTemplate,
  type Expression,
  fill,
  fillParts,
  isValue,
  type Scope,
  type Template,
  type Values,
} from "../expressions/index.js";
import type { Problems } from "../problems/index.js";
import { type Path, placeInText, type Scalar, type SourceNode } from "../source/index.js";

export type ValueTree =
  | { readonly kind: "value"; readonly value: Scalar }
  | { readonly kind: "template"; readonly template: Template; readonly node: SourceNode; readonly path: Path }
  | { readonly kind: "list"; readonly items: readonly ValueTree[] }
  | { readonly kind: "record"; readonly entries: ReadonlyMap<string, ValueTree> };

export interface TreeContext {
  readonly scope: Scope;
  readonly problems: Problems;
}

export function compileTree(node: SourceNode, path: Path, context: TreeContext): ValueTree {
  if (node.kind === "list")
    return { kind: "list", items: node.items.map((item, i) => compileTree(item, [...path, i], context)) };
  if (node.kind === "map") {
    const entries = [...node.entries].map(
      ([key, { value }]) => [key, compileTree(value, [...path, key], context)] as const,
    );
    return { kind: "record", entries: new Map(entries) };
  }
  if (typeof node.value !== "string") return { kind: "value", value: node.value };
  const compiled = compileTemplate(node.value, context.scope, node.place);
  if (!compiled) return { kind: "value", value: node.value };
  if ("template" in compiled) return { kind: "template", template: compiled.template, node, path };
  for (const { offset, message, hint, allowed, nearest, unknownName } of compiled.problems) {
    context.problems.add(
      unknownName ? "DOCUMENT_UNKNOWN_NAME" : "DOCUMENT_EXPRESSION_INVALID",
      { place: placeInText(node, offset), path },
      { message, hint, ...(allowed && { allowed }), ...(nearest !== undefined && { nearest }) },
    );
  }
  return { kind: "value", value: null };
}

export function expressionsIn(tree: ValueTree): readonly Expression[] {
  if (tree.kind === "template") return tree.template.expressions;
  if (tree.kind === "list") return tree.items.flatMap(expressionsIn);
  return tree.kind === "record" ? [...tree.entries.values()].flatMap(expressionsIn) : [];
}

/** The value, with what its expressions give now. */
export function makeValue(tree: ValueTree, values: Values): unknown {
  switch (tree.kind) {
    case "value":
      return tree.value;
    case "template":
      return fill(tree.template, values);
    case "list":
      return tree.items.map((item) => makeValue(item, values));
    case "record": {
      const made: Record<string, unknown> = {};
      for (const [key, value] of tree.entries) {
        Object.defineProperty(made, key, {
          value: makeValue(value, values),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return made;
    }
  }
}

/** As `makeValue`, each text with expressions in parts: texts at even positions, values at odd ones. */
export function makeParts(tree: ValueTree, values: Values): unknown {
  if (tree.kind === "template") return fillParts(tree.template, values);
  if (tree.kind === "value") return typeof tree.value === "string" ? [tree.value] : tree.value;
  if (tree.kind === "list") return tree.items.map((item) => makeParts(item, values));
  return Object.fromEntries([...tree.entries].map(([key, value]) => [key, makeParts(value, values)]));
}

/** What is known of its type before it is made; undefined: nothing. */
export function typeOfTree(tree: ValueTree): string | undefined {
  if (tree.kind === "value") return tree.value === null ? undefined : typeof tree.value;
  if (tree.kind === "list") return "list";
  if (tree.kind === "record") return "object";
  return isValue(tree.template) ? tree.template.expressions[0]!.type : "string";
}

/** The plain data of a tree without expressions. */
export function fixedValue(tree: ValueTree): { readonly value: unknown } | undefined {
  return expressionsIn(tree).length === 0 ? { value: makeValue(tree, {}) } : undefined;
}
