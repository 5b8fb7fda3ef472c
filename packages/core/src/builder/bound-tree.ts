/**
 * A binding, read once: the same tree with its references told apart from what stands for itself. From it come the references
 * that make edges, and the function that makes a step's parameters.
 */
import { FlowError } from "../errors/index.js";
import { Template } from "./binding.js";
import { type RefParts, readRef, useRef } from "./ref.js";

export type BoundTree =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "ref"; readonly ref: RefParts; readonly at: string }
  | { readonly kind: "text"; readonly texts: readonly string[]; readonly values: readonly BoundTree[] }
  | { readonly kind: "list"; readonly items: readonly BoundTree[] }
  | { readonly kind: "record"; readonly entries: readonly (readonly [key: string, value: BoundTree])[] };

const deepest = 100;

/**
 * `at` says where in the parameters something stands.
 * @throws {FlowError} PLAN_REFERENCE_INVALID – the tree is too deep, or goes in circles
 */
export function readTree(binding: unknown, at = "", depth = 0): BoundTree {
  if (depth > deepest) throw tooDeep(at);
  const ref = readRef(binding);
  if (ref) {
    useRef(binding);
    return { kind: "ref", ref, at };
  }
  if (typeof binding !== "object" || binding === null) return { kind: "value", value: binding };
  if (binding instanceof Template) {
    const { texts, values } = binding;
    return { kind: "text", texts, values: values.map((value) => readTree(value, at, depth + 1)) };
  }
  const inside = (key: string | number) => (at === "" ? String(key) : `${at}.${key}`);
  if (Array.isArray(binding))
    return { kind: "list", items: binding.map((item, i) => readTree(item, inside(i), depth + 1)) };
  const prototype: unknown = Object.getPrototypeOf(binding);
  if (prototype !== Object.prototype && prototype !== null) return { kind: "value", value: binding };
  const entries = Object.entries(binding).map(
    ([key, value]) => [key, readTree(value, inside(key), depth + 1)] as const,
  );
  return { kind: "record", entries };
}

function tooDeep(at: string): FlowError {
  return new FlowError(
    "PLAN_REFERENCE_INVALID",
    `What is handed on at ${at.slice(0, 40)}… is nested too deep, or holds itself.`,
    {
      hint: `Hand over lists and objects that are at most ${deepest} deep.`,
    },
  );
}

/** Each reference of a tree, in the order in which they are written. */
export function eachRef(tree: BoundTree, visit: (ref: RefParts, at: string) => void): void {
  switch (tree.kind) {
    case "ref":
      return visit(tree.ref, tree.at);
    case "text":
      for (const value of tree.values) eachRef(value, visit);
      return;
    case "list":
      for (const item of tree.items) eachRef(item, visit);
      return;
    case "record":
      for (const [, value] of tree.entries) eachRef(value, visit);
  }
}
