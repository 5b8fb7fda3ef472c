/**
 * What is changed in an expression before CEL has it: whole numbers become numbers with a point, since documents know one kind
 * of number; `matches` and `outcomeOf` get the names under which evaluation has them.
 */
import { type CelNode, childrenOf, eachNode, matchesPattern, outcomeOfName } from "./ast.js";
import { safeMatches } from "./environment.js";

export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** The name under which evaluation finds how a step came out. */
export const outcomeName = (step: string) => `outcome_of_${step}`;

export function edited(text: string, edits: readonly Edit[]): string {
  const backward = [...edits].sort((a, b) => b.from - a.from);
  return backward.reduce((result, { from, to, by }) => result.slice(0, from) + by + result.slice(to), text);
}

/** Where something in the edited text stood before. */
export function originalOffset(offset: number, edits: readonly Edit[]): number {
  let at = offset;
  for (const { from, to, by } of [...edits].sort((a, b) => a.from - b.from)) {
    if (from >= at) break;
    at = Math.max(from, at - (by.length - (to - from)));
  }
  return at;
}

/** Positions in lists and what functions are given stay whole. */
export function numberEdits(ast: CelNode): readonly Edit[] {
  const edits: Edit[] = [];
  const visit = (node: CelNode, whole: boolean) => {
    const { op, args, start, end } = node;
    if (op === "value" && typeof args === "bigint") {
      if (!whole) edits.push({ from: start, to: end, by: `${args}.0` });
      return;
    }
    const children = childrenOf(node);
    const inIndex = op === "[]" || op === "[?]";
    const isLoop = op === "comprehension" || (op === "rcall" && loopName(args));
    const inCall = (op === "call" || op === "rcall") && !isLoop && !(op === "call" && callsOrElse(args));
    children.forEach((child, i) => {
      visit(child, (inIndex && i === 1) || inCall);
    });
  };
  visit(ast, false);
  return edits;
}

const callsOrElse = (args: unknown) => Array.isArray(args) && args[0] === "orElse";
const loopName = (args: unknown) =>
  Array.isArray(args) && ["map", "filter", "all", "exists", "exists_one"].includes(String(args[0]));

export function nameEdits(text: string, ast: CelNode): readonly Edit[] {
  const edits: Edit[] = [];
  eachNode(ast, (node) => {
    if (matchesPattern(node)) {
      const receiver = (node.args as readonly CelNode[])[1]!;
      const from = text.indexOf("matches", receiver.end);
      edits.push({ from, to: from + "matches".length, by: safeMatches });
    }
    const step = outcomeOfName(node);
    if (step !== undefined) edits.push({ from: node.start, to: node.end, by: outcomeName(step) });
  });
  return edits;
}
