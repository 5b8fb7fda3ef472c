/** Looking at what an expression is made of. */
import type { ParseResult } from "@marcbachmann/cel-js";

/** A node of CEL, as far as it is looked at here. */
export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
}

export const astOf = (parsed: ParseResult): CelNode => parsed.ast as unknown as CelNode;

const isNode = (value: unknown): value is CelNode => typeof value === "object" && value !== null && "op" in value;

/** The nodes right inside of one. */
export function childrenOf({ args }: CelNode): readonly CelNode[] {
  if (isNode(args)) return [args];
  return Array.isArray(args) ? args.flat(3).filter(isNode) : [];
}

/** Visits a node and all inside of it. */
export function eachNode(node: CelNode, visit: (node: CelNode) => void): void {
  visit(node);
  for (const child of childrenOf(node)) eachNode(child, visit);
}

/** `a.b[0].c` as name and keys; undefined for anything that computes. */
export function pathOf(
  node: CelNode,
): { readonly root: string; readonly keys: readonly (string | number)[] } | undefined {
  if (node.op === "id") return { root: String(node.args), keys: [] };
  if (node.op !== "." && node.op !== "[]") return undefined;
  const [of, key] = node.args as readonly [CelNode, unknown];
  const inner = pathOf(of);
  if (!inner) return undefined;
  if (typeof key === "string") return { root: inner.root, keys: [...inner.keys, key] };
  if (!isNode(key) || key.op !== "value") return undefined;
  const { args } = key;
  if (typeof args === "string") return { root: inner.root, keys: [...inner.keys, args] };
  if (typeof args === "bigint") return { root: inner.root, keys: [...inner.keys, Number(args)] };
  return undefined;
}

const loops = ["map", "filter", "all", "exists", "exists_one", "existsOne", "sortBy"];

/** The paths of `orElse(a.b, orElse(c, d))`, in order; undefined: it is something else. */
export function alternativesOf(node: CelNode): readonly NonNullable<ReturnType<typeof pathOf>>[] | undefined {
  const [name, given] = (node.op === "call" ? node.args : []) as readonly [string?, (readonly CelNode[])?];
  if (name !== "orElse" || given?.length !== 2) return undefined;
  const parts = given.map((one) => {
    const path = pathOf(one);
    return path ? [path] : alternativesOf(one);
  });
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** How many loops over lists stand within each other; those that follow each other, `a.filter(…).map(…)`, do not. */
export function loopDepth(node: CelNode): number {
  const deepest = (nodes: readonly CelNode[]) => Math.max(0, ...nodes.map(loopDepth));
  if (!loopOf(node)) return deepest(childrenOf(node));
  const [of, ...inside] = childrenOf(node);
  return Math.max(of ? loopDepth(of) : 0, deepest(inside) + 1);
}

function loopOf({ op, args }: CelNode): boolean {
  return op === "comprehension" || (op === "rcall" && Array.isArray(args) && loops.includes(String(args[0])));
}

/** What a call of `matches` is given; undefined: the node is none. */
export function matchesPattern({ op, args }: CelNode): CelNode | undefined {
  if (op !== "rcall" || !Array.isArray(args) || args[0] !== "matches") return undefined;
  return (args[2] as readonly CelNode[])[0];
}

/** The name inside of `outcomeOf(name)`; undefined: the node is none. */
export function outcomeOfName({ op, args }: CelNode): string | undefined {
  if (op !== "call") return undefined;
  const [name, [first]] = args as readonly [string, readonly (CelNode | undefined)[]];
  return name === "outcomeOf" && first?.op === "id" ? String(first.args) : undefined;
}
