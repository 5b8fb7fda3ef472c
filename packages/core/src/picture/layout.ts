/**
 * Where everything stands, top to bottom. Loops are frames around their steps: drawn around them afterwards, or, where that
 * would take in others, asked of the library, which then needs more room. Many like pieces beside each other are packed in
 * rows, as a block: the library is told of one node in their place.
 */

import { near } from "./edge-path.js";
import { type Block, findBlocks } from "./find-blocks.js";
import { hasStrangers, withFrames } from "./loop-frames.js";
import { movedEdge, mover } from "./moved-edge.js";
import { type PackedBlock, packBlock } from "./pack-block.js";
import type { PictureEdge } from "./picture-graph.js";
import { place } from "./place.js";
import type { LayoutInput, Placement, Point } from "./placement.js";
import { turned } from "./turned.js";

interface Packed {
  readonly block: Block;
  readonly packed: PackedBlock;
  /** What the library is told of, by lane. */
  readonly lanes: ReadonlyMap<string, PictureEdge>;
}

export function layout(input: LayoutInput): Placement {
  const blocks = findBlocks(input).map((block): Packed => {
    const packed = packBlock(block, input);
    return { block, packed, lanes: lanesOf(block, packed) };
  });
  const free = withFrames(input, unpacked(input, blocks, false));
  if (!hasStrangers(input, free)) return turned(input, free);
  try {
    return turned(input, unpacked(input, blocks, true));
  } catch {
    // Boxes inside boxes are the library's weak side: without them every graph can be laid out.
    return turned(input, free);
  }
}

function lanesOf({ id }: Block, { ends }: PackedBlock): Map<string, PictureEdge> {
  const lanes = new Map<string, PictureEdge>();
  for (const { edge, lane, isArriving } of ends)
    if (!lanes.has(lane)) lanes.set(lane, { ...edge, ...(isArriving ? { to: id } : { from: id }) });
  return lanes;
}

/** All nodes and edges in their places, those of blocks too. */
function unpacked(input: LayoutInput, blocks: readonly Packed[], boxes: boolean): Placement {
  const { graph, outerLoops } = input;
  if (blocks.length === 0) return place(input, boxes);
  const sizes = new Map(input.sizes);
  for (const { block, packed } of blocks) sizes.set(block.id, packed);
  const inside = new Set(blocks.flatMap(({ packed }) => [...packed.nodes.keys()]));
  const inBlocks = new Set(blocks.flatMap(({ packed }) => [...packed.edges, ...packed.ends].map(({ edge }) => edge)));
  const outer = {
    nodes: [
      ...graph.nodes.filter(({ id }) => !inside.has(id)),
      ...blocks.map(({ block: { id, loop } }) => ({ id, kind: "mark", text: "", loop }) as const),
    ],
    edges: [
      ...graph.edges.filter((edge) => !inBlocks.has(edge)),
      ...blocks.flatMap(({ lanes }) => [...lanes.values()]),
    ],
  };
  const placement = place({ ...input, graph: outer, sizes }, boxes);
  const byEdge = new Map(placement.edges.map((placed) => [placed.edge, placed]));
  const nodes = new Map(placement.nodes);
  const edges = new Map(byEdge);
  for (const { block, packed, lanes } of blocks) {
    const { x, y, width, height } = nodes.get(block.id)!;
    nodes.delete(block.id);
    const move = mover(x - width / 2, y - height / 2);
    for (const [id, box] of packed.nodes) nodes.set(id, move(box));
    for (const placed of packed.edges) edges.set(placed.edge, movedEdge(placed, move));
    for (const { edge, lane, isArriving, rail, ...end } of packed.ends) {
      const corners = rail.map(move);
      const far = straightened(byEdge.get(lanes.get(lane)!)!.through, isArriving ? corners[0]! : corners.at(-1)!);
      const { through: near, label } = movedEdge(end, move);
      const through = isArriving ? [...far, ...corners, ...near] : [...near, ...corners, ...far];
      const first = isArriving ? far.length : near.length;
      const run = { id: `${block.id} ${lane}`, rail: [first, first + corners.length - 1], isArriving } as const;
      edges.set(edge, { edge, through, lane: run, ...(label && { label }) });
    }
  }
  const placed: Placement = { ...placement, nodes, edges: graph.edges.map((edge) => edges.get(edge)!) };
  if (!boxes) return placed;
  const inner = withFrames(input, placed).loops;
  const outerOnes = outerLoops.map(
    (_, loop) => [loop, hasAll(loop) ? inner.get(loop)! : placed.loops.get(loop)!] as const,
  );
  return { ...placed, loops: new Map(outerOnes) };

  /** Whether all steps of a loop are in blocks: the library knows nothing of it. */
  function hasAll(loop: number): boolean {
    return graph.nodes.every((node) => node.loop !== loop || inside.has(node.id));
  }
}

/** No points where the way is as good as straight. */
function straightened(points: readonly Point[], end: Point): readonly Point[] {
  return points.every(({ x }) => Math.abs(x - end.x) < near) ? [] : points;
}
