/** A placement as it is drawn: in its margins, and mirrored where that brings the steps into the order of the definition. */

import { around } from "./loop-frames.js";
import { movedEdge } from "./moved-edge.js";
import type { Box, LayoutInput, Placement, Point } from "./placement.js";

const margin = 22;

export function turned({ graph }: LayoutInput, placed: Placement): Placement {
  const steps = graph.nodes.filter(({ kind }) => kind === "step").map(({ id }) => placed.nodes.get(id)!);
  const sign = isReversed(steps) ? -1 : 1;
  const all = [
    ...placed.nodes.values(),
    ...placed.loops.values(),
    ...placed.edges.flatMap(({ through, label }) => [
      ...(label ? [label] : []),
      ...through.map((point) => ({ ...point, width: 8, height: 0 })),
    ]),
  ];
  const whole = around(all, margin);
  const move = <T extends Point>(point: T): T => ({
    ...point,
    x: sign * (point.x - whole.x) + whole.width / 2,
    y: point.y - whole.y + whole.height / 2,
  });
  const moveAll = <K>(boxes: ReadonlyMap<K, Box>) => new Map([...boxes].map(([key, box]) => [key, move(box)] as const));
  return {
    width: whole.width,
    height: whole.height,
    nodes: moveAll(placed.nodes),
    loops: moveAll(placed.loops),
    edges: placed.edges.map((edge) => movedEdge(edge, move)),
  };
}

/** Whether more neighbours of a row stand against the order of the definition than with it. */
function isReversed(steps: readonly Box[]): boolean {
  let against = 0;
  for (const [i, step] of steps.entries()) {
    const next = steps[i + 1];
    if (next && Math.abs(next.y - step.y) < 20) against += Math.sign(step.x - next.x);
  }
  return against > 0;
}
