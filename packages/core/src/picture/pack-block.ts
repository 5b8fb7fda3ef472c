/**
 * A block from within: each piece is laid out by itself, then they are packed in rows around a spine. Down the spine run the
 * lines of the hubs; from it they go along a row, above what they lead to, or below what they come from.
 */
import { arrival, type Block, departure, type Piece } from "./find-blocks.js";
import { around } from "./loop-frames.js";
import { movedEdge, mover } from "./moved-edge.js";
import { packRows } from "./pack-rows.js";
import type { PictureEdge } from "./picture-graph.js";
import { place } from "./place.js";
import type { Box, LayoutInput, PlacedEdge, Point } from "./placement.js";

/** All places are from the block's top left. */
export interface PackedBlock {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Box>;
  /** Edges within pieces. */
  readonly edges: readonly PlacedEdge[];
  readonly ends: readonly BlockEnd[];
}

/** The part of a hub's edge that lies in the block, from above to below. */
export interface BlockEnd {
  readonly edge: PictureEdge;
  /** All edges of one lane run together outside of the block. */
  readonly lane: string;
  readonly isArriving: boolean;
  /** Within the piece. */
  readonly through: readonly Point[];
  /** Along the spine and the row: corners between upright and level lines. */
  readonly rail: readonly Point[];
  readonly label?: Box;
}

interface PlacedPiece {
  readonly width: number;
  readonly height: number;
  readonly piece: Piece;
  readonly nodes: ReadonlyMap<string, Box>;
  readonly edges: readonly PlacedEdge[];
  /** By edge of a hub: where it crosses the piece's border, and how it goes on inside. */
  readonly ports: ReadonlyMap<PictureEdge, PlacedEdge & { readonly x: number }>;
}

const gap = 30;
const lane = 9;
/** Between a line along a row and the piece: an arrow's tip has room. */
const drop = 20;
/** Of a loop's frame. */
const framed = 34;

export function packBlock({ pieces }: Block, input: LayoutInput): PackedBlock {
  const lanes = lanesOf(pieces);
  const [above, below] = [roomOf(lanes.arriving), roomOf(lanes.leaving)];
  const spine = lanes.arriving.length + lanes.leaving.length;
  const placed = pieces.map((piece) => placePiece(piece, input));
  const rows = packRows(placed, { spine: (spine + 1) * lane, gap: { width: gap, height: above + below } });
  const cells = rows.flatMap((row) => row.cells);
  const middle = Math.max(...cells.map(({ item, left }) => Math.max(-left, left + item.width))) + gap / 2;
  const height = rows.reduce((sum, row) => sum + above + row.height + below, 0);
  const spineOf = (name: string) => {
    const i = [...lanes.arriving, ...lanes.leaving].indexOf(name);
    return middle + (i - (spine - 1) / 2) * lane;
  };

  const block = {
    width: 2 * middle,
    height,
    nodes: new Map<string, Box>(),
    edges: [] as PlacedEdge[],
    ends: [] as BlockEnd[],
  };
  let top = 0;
  for (const row of rows) {
    for (const { item, left } of row.cells) {
      const move = mover(middle + left, top + above);
      for (const [id, box] of item.nodes) block.nodes.set(id, move(box));
      for (const edge of item.edges) block.edges.push(movedEdge(edge, move));
      const bottom = top + above + row.height + drop;
      const sides = [
        [item.piece.arriving, arrival, lanes.arriving, top + 3],
        [item.piece.leaving, departure, lanes.leaving, bottom],
      ] as const;
      for (const [edges, nameOf, names, from] of sides) {
        for (const edge of edges) {
          const { x: port, ...inside } = item.ports.get(edge)!;
          const { through, label } = movedEdge(inside, move);
          const name = nameOf(edge);
          const isArriving = names === lanes.arriving;
          const [x, spine, y] = [middle + left + port, spineOf(name), from + (names.indexOf(name) + 0.5) * lane];
          const rail = isArriving
            ? [
                { x: spine, y: 0 },
                { x: spine, y },
                { x, y },
                { x, y: y + drop / 2 },
              ]
            : [
                { x, y: y - drop / 2 },
                { x, y },
                { x: spine, y },
                { x: spine, y: height },
              ];
          block.ends.push({ edge, lane: name, isArriving, through, rail, ...(label && { label }) });
        }
      }
    }
    top += above + row.height + below;
  }
  return block;
}

const roomOf = (lanes: readonly string[]) => (lanes.length > 0 ? drop + 3 + lanes.length * lane : gap / 2);

/** From its own top left. */
function placePiece(piece: Piece, input: LayoutInput): PlacedPiece {
  const hubEdges = [...piece.arriving, ...piece.leaving];
  const sizes = new Map(input.sizes);
  const labels = new Map(input.labels);
  const ports = hubEdges.map((edge, i): readonly [PictureEdge, PictureEdge, string] => {
    const id = `port:${i}`;
    const { back: _, ...rest } = edge;
    const inside = i < piece.arriving.length ? { ...rest, from: id } : { ...rest, to: id };
    const label = input.labels.get(edge);
    if (label) labels.set(inside, label);
    sizes.set(id, { width: 1, height: 1 });
    return [edge, inside, id];
  });
  // A node alone, without labels, needs no ports of its own.
  const isBare = piece.nodes.length === 1 && !hubEdges.some((edge) => labels.has(edge));
  const portNodes = ports.map(([, , id]) => ({ id, kind: "mark", text: "", loop: -1 }) as const);
  const graph = isBare
    ? { nodes: piece.nodes, edges: piece.edges }
    : { nodes: [...piece.nodes, ...portNodes], edges: [...piece.edges, ...ports.map(([, inside]) => inside)] };
  const placement = place({ ...input, graph, sizes, labels }, false);
  const inner = new Map(piece.nodes.map(({ id }) => [id, placement.nodes.get(id)!]));
  const byEdge = new Map(placement.edges.map((placed) => [placed.edge, placed]));
  const own = piece.edges.map((edge) => byEdge.get(edge)!);
  const isLooping = piece.edges.some(({ back }) => back);
  const points = placement.edges.flatMap(({ through, label }) => [
    ...(label ? [label] : []),
    ...through.map((point) => ({ ...point, width: 0, height: 0 })),
  ]);
  const whole = around([...placement.nodes.values(), ...points], isLooping ? framed : 0);
  const move = mover(whole.width / 2 - whole.x, whole.height / 2 - whole.y);
  return {
    width: whole.width,
    height: whole.height,
    piece,
    nodes: new Map([...inner].map(([id, box]) => [id, move(box)])),
    edges: own.map((edge) => movedEdge(edge, move)),
    ports: new Map(
      ports.map(([edge, inside, id]) => {
        if (isBare) return [edge, { edge, through: [], x: whole.width / 2 }];
        return [edge, { ...movedEdge(byEdge.get(inside)!, move), edge, x: move(placement.nodes.get(id)!).x }];
      }),
    ),
  };
}

function lanesOf(pieces: readonly Piece[]) {
  const names = (of: (piece: Piece) => readonly string[]) => [...new Set(pieces.flatMap(of))].sort();
  return {
    arriving: names(({ arriving }) => arriving.map(arrival)),
    leaving: names(({ leaving }) => leaving.map(departure)),
  };
}
