import { ascending, type Carrying } from "./carries.js";
import { none } from "./freeze.js";
import type { PlanNode } from "./types.js";

/**
 * The loops by whose round the operands of a group are matched: those that every operand can bring. Kept operands
 * don't count, for their payload stays for every turn; a signal brings none. Ascending; empty for a leaf.
 */
export function joinLoops(node: PlanNode, listener: number, carrying: Carrying): readonly number[] {
  if (node.kind === "leaf") return none;
  let common: Set<number> | undefined;
  for (const operand of node.of) {
    if (isKept(operand)) continue;
    const brought = broughtBy(operand, listener, carrying);
    common = common === undefined ? brought : new Set([...common].filter((loop) => brought.has(loop)));
    if (common.size === 0) return none;
  }
  return ascending(common);
}

/** What any leaf of the operand can bring. */
function broughtBy(node: PlanNode, listener: number, carrying: Carrying): Set<number> {
  if (node.kind === "leaf") return node.keep ? new Set() : carrying.brought(node, listener);
  const loops = new Set<number>();
  for (const operand of node.of) for (const loop of broughtBy(operand, listener, carrying)) loops.add(loop);
  return loops;
}

/** Whether the operand, a leaf or a group, consists of kept leaves only. */
export function isKept(node: PlanNode): boolean {
  return node.kind === "leaf" ? node.keep : node.of.every(isKept);
}
