/** The line of an edge, as the `d` of an SVG path, and the tip of its arrow. Lines leave downward and arrive from above. */
import type { Box, PlacedEdge, Point } from "./placement.js";
import { railPath } from "./rail-path.js";

export interface EdgeLine {
  readonly path: string;
  readonly tip: string;
}

/** Where an edge leaves its node and where it arrives; `y` are those of the borders. */
export interface Ports {
  readonly from: Point;
  readonly to: Point;
}

/** px; lanes may leave a node so far from its middle, to be straight. */
export const near = 14;
const tipLength = 8;
const tipWidth = 4;
const turn = 14;

export function edgeLine({ edge, through, lane }: PlacedEdge, { from, to }: Ports): EdgeLine {
  const end = { x: to.x, y: to.y - tipLength + 1 };
  const tip = `M${at(to)}l${-tipWidth} ${-tipLength}h${2 * tipWidth}z`;
  const back = edge.back ?? false;
  if (!lane) return { path: freePath({ from, end, through, back }), tip };
  const [first, last] = lane.rail;
  const rail = through.slice(first, last + 1);
  const { isArriving } = lane;
  // What leads back does so outside of the block.
  const before = freePath({ from, end: rail[0]!, through: through.slice(0, first), back: back && isArriving });
  const after = freePath({ from: rail.at(-1)!, end, through: through.slice(last + 1), back: back && !isArriving });
  return { path: `${before}${railPath(rail)}${after.replace(/^M[^CL]*/, "")}`, tip };
}

interface FreeLine {
  readonly from: Point;
  readonly end: Point;
  readonly through: readonly Point[];
  readonly back: boolean;
}

function freePath({ from, end, through, back }: FreeLine): string {
  return back ? backPath(from, end, through) : downPath([from, ...between(through, from.y, end.y), end]);
}

/** Ports of all edges: side by side along the bottom or the top of a node, in the order in which the edges spread. */
export function portsOf(edges: readonly PlacedEdge[], boxes: ReadonlyMap<string, Box>): ReadonlyMap<PlacedEdge, Ports> {
  const leave = new Map<PlacedEdge, Point>();
  const arrive = new Map<PlacedEdge, Point>();
  const collect = (side: "from" | "to") => {
    const byNode = new Map<string, PlacedEdge[]>();
    for (const placed of edges) {
      const id = placed.edge[side];
      const there = byNode.get(id);
      if (there) there.push(placed);
      else byNode.set(id, [placed]);
    }
    return byNode;
  };
  for (const [id, leaving] of collect("from"))
    spread(
      leaving,
      { box: boxes.get(id)!, side: 1, next: (edge) => (edge.through[0] ?? boxes.get(edge.edge.to)!).x },
      leave,
    );
  for (const [id, arriving] of collect("to"))
    spread(
      arriving,
      { box: boxes.get(id)!, side: -1, next: (edge) => (edge.through.at(-1) ?? boxes.get(edge.edge.from)!).x },
      arrive,
    );
  return new Map(edges.map((edge) => [edge, { from: leave.get(edge)!, to: arrive.get(edge)! }]));
}

function spread(
  edges: PlacedEdge[],
  { box, side, next }: { box: Box; side: 1 | -1; next: (edge: PlacedEdge) => number },
  ports: Map<PlacedEdge, Point>,
): void {
  const sorted = [...edges].sort((a, b) => next(a) - next(b));
  const places = new Map<PlacedEdge | string, number>();
  for (const edge of sorted) {
    const place = edge.lane?.id ?? edge;
    if (!places.has(place)) places.set(place, places.size);
  }
  const gap = Math.min(24, (box.width * 0.7) / places.size);
  const y = box.y + (side * box.height) / 2;
  const lane = sorted[0]?.lane;
  if (lane && places.size === 1 && Math.abs(next(sorted[0]!) - box.x) < near) {
    for (const edge of sorted) ports.set(edge, { x: next(edge), y });
    return;
  }
  for (const edge of sorted)
    ports.set(edge, { x: box.x + (places.get(edge.lane?.id ?? edge)! - (places.size - 1) / 2) * gap, y });
}

/** Points that the line passes between two heights; those too near an end would bend it sharply. */
function between(points: readonly Point[], top: number, bottom: number): Point[] {
  const room = Math.min(12, (bottom - top) / 4);
  return points.filter(({ y }) => y > top + room && y < bottom - room);
}

/** A smooth line downward: it never runs back up, and is upright at both ends. */
function downPath(points: readonly Point[]): string {
  const slopes = points.map((point, i) => slopeAt(points[i - 1], point, points[i + 1]));
  return points.slice(1).reduce(
    (path, point, i) => {
      const before = points[i]!;
      const third = (point.y - before.y) / (i === 0 || i === points.length - 2 ? 2.2 : 3);
      const first = `${round(before.x + slopes[i]! * third)} ${round(before.y + third)}`;
      const second = `${round(point.x - slopes[i + 1]! * third)} ${round(point.y - third)}`;
      return `${path}C${first} ${second} ${at(point)}`;
    },
    `M${at(points[0]!)}`,
  );
}

/** dx/dy, limited so that the line does not overshoot. */
function slopeAt(before: Point | undefined, point: Point, after: Point | undefined): number {
  if (!before || !after) return 0;
  const [first, second] = [slope(before, point), slope(point, after)];
  if (first * second <= 0) return 0;
  return Math.sign(first) * Math.min(Math.abs(first), Math.abs(second), Math.abs(slope(before, after)));
}

const slope = (a: Point, b: Point) => (b.x - a.x) / Math.max(1, b.y - a.y);

/** Down, around, up beside the steps, around, and down into the head. */
function backPath(from: Point, end: Point, through: readonly Point[]): string {
  const lane = through.filter(({ y }) => y < from.y && y > end.y);
  const bottom = { x: (lane[0] ?? from).x, y: from.y };
  const top = { x: (lane.at(-1) ?? bottom).x, y: end.y };
  const up = downPath(mirrored([bottom, ...lane, top]));
  return `M${at(from)}${around(from, bottom.x, 1)}${flipped(up)}${around(top, end.x, -1)}`;
}

/** A turn of half a circle, drawn out to the x where it ends, at the height where it began. */
function around({ x, y }: Point, to: number, down: 1 | -1): string {
  const wide = to - x;
  const corner = Math.min(turn, Math.abs(wide) / 2) * Math.sign(wide);
  const deep = turn * down;
  return `C${round(x)} ${round(y + deep)} ${round(x)} ${round(y + deep)} ${round(x + corner)} ${round(y + deep)}L${round(to - corner)} ${round(y + deep)}C${round(to)} ${round(y + deep)} ${round(to)} ${round(y + deep)} ${round(to)} ${round(y)}`;
}

/** Upward lines are drawn as downward ones upside down. */
const mirrored = (points: readonly Point[]) => points.map(({ x, y }) => ({ x, y: -y }));

function flipped(path: string): string {
  return path
    .replace(/^M[^C]*/, "")
    .replace(/(-?[\d.]+) (-?[\d.]+)/g, (_, x: string, y: string) => `${x} ${round(-Number(y))}`);
}

const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
const round = (value: number) => Math.round(value * 10) / 10 + 0;
