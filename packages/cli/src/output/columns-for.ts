/** Which columns of a table a terminal has room for, and how wide: the least important ones go first, then the widest are cut. */
import { widthOf } from "../terminal/lines.js";

export interface TableSpace {
  readonly head: readonly string[];
  /** One line each. */
  readonly cells: readonly (readonly string[])[];
  /** Titles, the most important one first. */
  readonly important: readonly string[];
  /** In columns of the terminal, as `gap`: what stands between two. */
  readonly room: number;
  readonly gap: number;
}

export interface TableColumn {
  /** Its place in a row. */
  readonly at: number;
  readonly width: number;
}

/** Narrower than this a column is not cut as long as another can go. */
const readable = 12;
/** So many columns stay, whatever it takes. */
const fewest = 2;

/** In the order of the rows; columns in which nothing stands are left out. */
export function columnsFor({ head, cells, important, room, gap }: TableSpace): readonly TableColumn[] {
  const rank = (at: number) => {
    const place = important.indexOf(head[at]!);
    return place < 0 ? important.length + at : place;
  };
  const filled = head.map((_, at) => at).filter((at) => rank(at) < fewest || cells.some((row) => row[at] !== ""));
  const shown = filled.sort((a, b) => rank(a) - rank(b));
  const widths = new Map(
    shown.map((at) => [at, Math.max(widthOf(head[at]!), ...cells.map((row) => widthOf(row[at] ?? "")))]),
  );
  const needs = (least: number) =>
    shown.reduce(
      (sum, at) => sum + Math.min(widths.get(at)!, rank(at) === 0 ? Number.POSITIVE_INFINITY : least) + gap,
      -gap,
    );
  while (shown.length > fewest && needs(readable) > room) shown.pop();
  const over = () => needs(Number.POSITIVE_INFINITY) - room;
  const widest = (among: readonly number[]) => among.reduce((a, b) => (widths.get(b)! > widths.get(a)! ? b : a));
  // the most important one is cut last: it is what other commands are given
  const others = shown.slice(1);
  while (over() > 0 && others.some((at) => widths.get(at)! > readable)) narrow(widths, widest(others));
  while (over() > 0 && shown.some((at) => widths.get(at)! > 1)) narrow(widths, widest(shown));
  return shown.sort((a, b) => a - b).map((at) => ({ at, width: widths.get(at)! }));
}

function narrow(widths: Map<number, number>, at: number): void {
  widths.set(at, widths.get(at)! - 1);
}
