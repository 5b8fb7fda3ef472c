/**
 * Finds what would make a row too wide to be read: many like pieces beside each other, all between the same few steps, as the
 * steps of a fan are, or the chains of one. Such pieces are packed in rows, as a block.
 */

import type { PictureEdge, PictureNode } from "./picture-graph.js";
import type { LayoutInput } from "./placement.js";

/** Nodes that hang together without the hubs. */
export interface Piece {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  /** Edges from hubs, and to hubs. */
  readonly arriving: readonly PictureEdge[];
  readonly leaving: readonly PictureEdge[];
}

export interface Block {
  readonly id: string;
  readonly pieces: readonly Piece[];
  /** The innermost loop around all of it, or -1. */
  readonly loop: number;
}

/** A hub has so many neighbours at least, a block so many pieces. */
const fewest = 6;
/** px; rows up to there stay rows. */
const widest = 1300;
const gap = 30;
/** Lines of more hubs than these would be a thicket. */
const mostHubs = 4;

export function findBlocks(input: LayoutInput): Block[] {
  const { graph, sizes, labels } = input;
  const hubs = hubsOf(graph.edges);
  if (hubs.size === 0) return [];
  const alike = new Map<string, Piece[]>();
  for (const piece of piecesOf(input, hubs)) {
    const ends = [...piece.arriving.map(arrival), ...piece.leaving.map(departure)];
    const different = [...new Set(ends)].sort();
    if (different.length === 0 || different.length > mostHubs) continue;
    const key = JSON.stringify([homeOf(piece, input), ...different]);
    alike.set(key, [...(alike.get(key) ?? []), piece]);
  }
  return [...alike.values()].flatMap((pieces, i) => {
    if (pieces.length < fewest) return [];
    const widths = pieces.map(({ nodes, arriving }) => {
      const labelled = arriving.reduce((sum, edge) => sum + (labels.get(edge)?.width ?? 0), 0);
      return Math.max(labelled, ...nodes.map(({ id }) => sizes.get(id)!.width)) + gap;
    });
    const isWide = widths.reduce((sum, width) => sum + width, 0) > widest;
    return isWide ? [{ id: `block:${i}`, pieces, loop: homeOf(pieces[0]!, input) }] : [];
  });
}

/** What makes two edges of one hub run apart. */
export const arrival = ({ from, back }: PictureEdge) => `${back ? "back " : ""}in ${from}`;
export const departure = ({ to, back }: PictureEdge) => `${back ? "back " : ""}out ${to}`;

function hubsOf(edges: readonly PictureEdge[]): Set<string> {
  const neighbours = new Map<string, Set<string>>();
  const note = (id: string, other: string) => {
    const there = neighbours.get(id);
    if (there) there.add(other);
    else neighbours.set(id, new Set([other]));
  };
  for (const { from, to } of edges) {
    note(from, to);
    note(to, from);
  }
  return new Set([...neighbours].flatMap(([id, others]) => (others.size >= fewest ? [id] : [])));
}

/** In the order of the graph's nodes. */
function piecesOf({ graph: { nodes, edges } }: LayoutInput, hubs: ReadonlySet<string>): Piece[] {
  const number = new Map<string, number>();
  const touching = new Map<string, PictureEdge[]>(nodes.map(({ id }) => [id, []]));
  for (const edge of edges) {
    touching.get(edge.from)!.push(edge);
    touching.get(edge.to)!.push(edge);
  }
  let count = 0;
  for (const { id: first } of nodes) {
    if (hubs.has(first) || number.has(first)) continue;
    const open = [first];
    number.set(first, count);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const { from, to } of touching.get(id)!) {
        const other = from === id ? to : from;
        if (hubs.has(other) || number.has(other)) continue;
        number.set(other, count);
        open.push(other);
      }
    }
    count++;
  }
  const pieces = Array.from({ length: count }, () => ({
    nodes: [] as PictureNode[],
    edges: [] as PictureEdge[],
    arriving: [] as PictureEdge[],
    leaving: [] as PictureEdge[],
  }));
  for (const node of nodes) if (!hubs.has(node.id)) pieces[number.get(node.id)!]!.nodes.push(node);
  for (const edge of edges) {
    const [from, to] = [number.get(edge.from), number.get(edge.to)];
    if (from !== undefined && to !== undefined) pieces[from]!.edges.push(edge);
    else if (to !== undefined) pieces[to]!.arriving.push(edge);
    else if (from !== undefined) pieces[from]!.leaving.push(edge);
  }
  return pieces;
}

/** The innermost loop that all of a piece is in, and not all of which is in the piece. */
function homeOf({ nodes }: Piece, { graph, outerLoops }: LayoutInput): number {
  const own = new Set(nodes.map(({ id }) => id));
  const around = (loop: number) => (loop < 0 ? [] : [loop, ...outer(loop)]);
  const outer = (loop: number): number[] => around(outerLoops[loop]!);
  const shared = nodes.map(({ loop }) => around(loop)).reduce((all, each) => all.filter((loop) => each.includes(loop)));
  const isApart = (loop: number) => graph.nodes.some((node) => !own.has(node.id) && around(node.loop).includes(loop));
  return shared.find(isApart) ?? -1;
}
