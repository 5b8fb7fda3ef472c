/** Lists: a table on a terminal, a line of tab-separated values for each row in a pipe. */
import Table from "cli-table3";
import type { Output } from "./output.js";

export interface TableRows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const noBorders = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid", "middle"].flatMap((side) =>
    ["", "-mid", "-left", "-right"].map((end) => [`${side}${end}`, ""]),
  ),
);

export function writeTable({ head, rows }: TableRows, out: Output): void {
  if (!out.onTerminal) {
    for (const row of rows) out.write(row.map(oneLine).join("\t"));
    return;
  }
  if (rows.length === 0) return;
  const table = new Table({
    head: head.map((title) => out.resultColors.dim(title)),
    chars: { ...noBorders, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of rows) table.push(row.map(oneLine));
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
