/** Boxes of some sizes in rows around a spine, in their order. */
import type { Size } from "./placement.js";

export interface RowsOptions {
  /** Kept free in the middle, px. */
  readonly spine: number;
  /** Beside and below each box, px. */
  readonly gap: Size;
}

export interface PackedRow<T> {
  readonly height: number;
  /** `left`: where the box begins, from the middle of the spine. */
  readonly cells: readonly { readonly item: T; readonly left: number }[];
}

/** px; narrower ones would be a column. */
const narrowest = 900;
/** Width by height, as screens are. */
const shape = 1.6;

export function packRows<T extends Size>(items: readonly T[], { spine, gap }: RowsOptions): PackedRow<T>[] {
  const area = sum(items.map(({ width, height }) => (width + gap.width) * (height + gap.height)));
  const wide = Math.max(narrowest, Math.sqrt(area * shape));
  const mean = sum(items.map(({ width }) => width)) / items.length;
  const cell = Math.max(...items.map(({ width }) => width));
  // Nearly alike: they stand in columns.
  const isAligned = cell <= mean * 1.5;
  const room = ({ width }: T) => (isAligned ? cell : width) + gap.width;
  const rows = cut(items, room, wide);
  const columns = Math.ceil(rows[0]!.length / 2);
  return rows.map((row) => {
    const split = isAligned ? columns : halfOf(row.map(room));
    let at = -spine / 2 - (isAligned ? columns * (cell + gap.width) : sum(row.slice(0, split).map(room)));
    const cells = row.map((item, i) => {
      if (i === split) at = spine / 2;
      const left = at + (room(item) - item.width) / 2;
      at += room(item);
      return { item, left };
    });
    return { height: Math.max(...row.map(({ height }) => height)), cells };
  });
}

/** Rows of about one length, none longer than `wide` by much. */
function cut<T>(items: readonly T[], widthOf: (item: T) => number, wide: number): T[][] {
  const whole = sum(items.map(widthOf));
  const length = whole / Math.ceil(whole / wide) + 1;
  const rows: T[][] = [[]];
  let width = 0;
  for (const item of items) {
    if (width > 0 && width + widthOf(item) / 2 > length) {
      rows.push([]);
      width = 0;
    }
    rows.at(-1)!.push(item);
    width += widthOf(item);
  }
  return rows;
}

/** How many of these make about half of their width. */
function halfOf(widths: readonly number[]): number {
  const half = sum(widths) / 2;
  let before = 0;
  const split = widths.findIndex((width) => {
    before += width;
    return before - width / 2 > half;
  });
  return split < 0 ? widths.length : split;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
