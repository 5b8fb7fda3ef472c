/**
 * Lists: a table on a terminal, as wide as that is at most; in a pipe a line of tab-separated values for each row, all of them whole.
 */
import Table from "cli-table3";
import { columnsFor } from "./columns-for.js";
import type { Output } from "./output.js";

export interface TableRows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Titles of `head`, the most important one first; what is not named is the least. The first two are always shown. */
  readonly important: readonly string[];
}

const gap = "  ";

const noBorders = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid", "middle"].flatMap((side) =>
    ["", "-mid", "-left", "-right"].map((end) => [`${side}${end}`, ""]),
  ),
);

export function writeTable({ head, rows, important }: TableRows, out: Output): void {
  if (!out.onTerminal) {
    for (const row of rows) out.write(row.map(oneLine).join("\t"));
    return;
  }
  if (rows.length === 0) return;
  const cells = rows.map((row) => row.map(oneLine));
  const columns = columnsFor({ head, cells, important, room: process.stdout.columns || 80, gap: gap.length });
  const table = new Table({
    head: columns.map(({ at }) => out.resultColors.dim(head[at]!)),
    chars: { ...noBorders, middle: gap },
    colWidths: columns.map(({ width }) => width),
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of cells) table.push(columns.map(({ at }) => row[at]!));
  for (const line of table.toString().split("\n")) out.write(line.trimEnd());
}

/** What would break the line is shown as an escape. */
export function oneLine(value: unknown): string {
  return String(value ?? "").replace(
    /[\\\p{Cc}]/gu,
    (char) => escapes[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** For people and for sorting: to the second, in UTC. */
export function when(ms: number | undefined): string {
  return ms === undefined ? "" : new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
