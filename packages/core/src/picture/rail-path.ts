/** A line of upright and level pieces with round corners, as the rest of a path that stands at its first point. */
import type { Point } from "./placement.js";

const radius = 9;

export function railPath(points: readonly Point[]): string {
  return points
    .slice(1)
    .map((point, i) => {
      const next = points[i + 2];
      const before = points[i]!;
      if (!next) return `L${at(point)}`;
      const bend = Math.min(radius, distance(before, point) / 2, distance(point, next) / 2);
      if (bend < 0.5) return `L${at(point)}`;
      return `L${at(toward(point, before, bend))}Q${at(point)} ${at(toward(point, next, bend))}`;
    })
    .join("");
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

function toward(from: Point, to: Point, length: number): Point {
  const part = length / distance(from, to);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

const at = ({ x, y }: Point) => `${Math.round(x * 10) / 10 + 0} ${Math.round(y * 10) / 10 + 0}`;
