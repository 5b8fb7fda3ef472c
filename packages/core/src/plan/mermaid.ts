import { describeGraph, type GraphEdge, type GraphNode } from "./graph.js";
import type { FlowPlan } from "./types.js";

/** Brackets that make the shape of a node. */
const shapes: Record<GraphNode["kind"], readonly [open: string, close: string]> = {
  start: ["([", "])"],
  step: ["[", "]"],
  router: ["{", "}"],
  signal: [">", "]"],
  join: ["((", "))"],
  label: ["(", ")"],
};

/**
 * The plan as the text of a mermaid flowchart. What comes from outside the run or from a failure is dotted.
 *
 * @example
 * plotMermaid(plan); // => "flowchart TD\n  n0([\"start\"])\n  n1[\"research\"]\n  n0 --> n1\n"
 */
export function plotMermaid(plan: FlowPlan): string {
  const { nodes, edges } = describeGraph(plan);
  const ids = new Map(nodes.map((node, position) => [node.id, `n${position}`]));
  const lines = [
    "flowchart TD",
    ...nodes.map(({ id, kind, name }) => `  ${ids.get(id)}${shapes[kind][0]}"${escaped(name)}"${shapes[kind][1]}`),
    ...edges.map((edge) => `  ${ids.get(edge.from)} ${arrow(edge)} ${ids.get(edge.to)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function arrow({ kind, label }: GraphEdge): string {
  const line = kind === "signal" || kind === "failed" ? "-.->" : "-->";
  return label === undefined ? line : `${line}|"${escaped(label)}"|`;
}

/** Names may hold anything; what mermaid or the HTML it makes would read as syntax is written as an entity. */
function escaped(text: string): string {
  return text
    .replace(/[^\p{L}\p{N} _,:·]/gu, (character) => `#${character.codePointAt(0)};`)
    .replace(/^(?=\s*$)/, "#8203;");
}
