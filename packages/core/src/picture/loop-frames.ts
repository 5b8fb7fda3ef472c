/** Frames around the steps of loops, where these stand together anyway. */
import type { Box, LayoutInput, Placement } from "./placement.js";

const room = 16;

export function withFrames({ graph, outerLoops }: LayoutInput, placed: Placement): Placement {
  const frames = new Map<number, Box>();
  // Inner ones first: they stand after their outer ones.
  for (let loop = outerLoops.length - 1; loop >= 0; loop--) {
    const own = graph.nodes.filter((node) => node.loop === loop).map(({ id }) => placed.nodes.get(id)!);
    const inner = outerLoops.flatMap((outer, i) => (outer === loop ? [frames.get(i)!] : []));
    const members = new Set(graph.nodes.filter((node) => isIn(node.loop, loop, outerLoops)).map(({ id }) => id));
    const lanes = placed.edges.flatMap(({ edge, through, label }) =>
      edge.back && members.has(edge.from) && members.has(edge.to)
        ? [...through.map((point) => ({ ...point, width: 0, height: 0 })), ...(label ? [label] : [])]
        : [],
    );
    frames.set(loop, around([...own, ...inner, ...lanes], room));
  }
  return { ...placed, loops: frames };
}

/** Whether a frame takes in, or cuts, what is not of its loop. */
export function hasStrangers({ graph, outerLoops }: LayoutInput, { loops, nodes }: Placement): boolean {
  const apart = [...loops].some(([loop, frame]) =>
    graph.nodes.some((node) => !isIn(node.loop, loop, outerLoops) && touch(frame, nodes.get(node.id)!)),
  );
  if (apart) return true;
  return [...loops].some(([loop, frame]) =>
    [...loops].some(
      ([other, box]) =>
        loop < other && !isIn(other, loop, outerLoops) && !isIn(loop, other, outerLoops) && touch(frame, box),
    ),
  );
}

/** The smallest box around all of these, with some room. */
export function around(boxes: readonly Box[], space: number): Box {
  let [left, top, right, bottom] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x - width / 2);
    top = Math.min(top, y - height / 2);
    right = Math.max(right, x + width / 2);
    bottom = Math.max(bottom, y + height / 2);
  }
  const size = { width: right - left + 2 * space, height: bottom - top + 2 * space };
  return { x: (left + right) / 2, y: (top + bottom) / 2, ...size };
}

function isIn(inner: number, loop: number, outerLoops: readonly number[]): boolean {
  for (let at = inner; at >= 0; at = outerLoops[at]!) if (at === loop) return true;
  return false;
}

function touch(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;
}
