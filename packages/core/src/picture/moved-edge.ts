/** Places elsewhere: all points of an edge, or any one. */
import type { PlacedEdge, Point } from "./placement.js";

export type Move = <T extends Point>(point: T) => T;

export function mover(dx: number, dy: number): Move {
  return (point) => ({ ...point, x: point.x + dx, y: point.y + dy });
}

export function movedEdge<E extends Pick<PlacedEdge, "through" | "label">>(edge: E, move: Move): E {
  return { ...edge, through: edge.through.map(move), ...(edge.label && { label: move(edge.label) }) };
}
