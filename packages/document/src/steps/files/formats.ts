/** What stands in a file ↔ the value that a step works on. */
import { kindOf } from "../step-error.js";
import { textOf } from "../texts.js";
import { type CsvReading, parseCsv } from "./parse-csv.js";
import { UnreadableFile } from "./unreadable-file.js";

export const formats = ["text", "json", "jsonl", "csv", "bytes"] as const;
export type Format = (typeof formats)[number];

const byExtension: Readonly<Record<string, Format>> = {
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
  csv: "csv",
  tsv: "csv",
};

export function formatOf(path: string, given: Format | undefined): Format {
  return given ?? byExtension[path.toLowerCase().split(".").at(-1)!] ?? "text";
}

/** What a tab-separated file is told by. */
export const delimiterOf = (path: string, given: string | undefined): string =>
  given ?? (path.toLowerCase().endsWith(".tsv") ? "\t" : ",");

export interface CsvOptions {
  readonly delimiter: string;
  readonly header: boolean;
}

export async function parseText(text: string, format: Format, csv: CsvReading): Promise<unknown> {
  if (format === "csv") return await parseCsv(text, csv);
  if (format === "json") return parseJson(text, "It");
  if (format !== "jsonl") return text;
  const rows: unknown[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries())
    if (line.trim() !== "") rows.push(parseJson(line, `Line ${i + 1}`));
  return rows;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UnreadableFile(`${what} is no JSON: ${(error as Error).message}`);
  }
}

export async function printText(value: unknown, format: Format, csv: CsvOptions): Promise<string> {
  if (format === "json") return `${JSON.stringify(value, null, 2) ?? "null"}\n`;
  if (format === "jsonl")
    return listOf(value, format)
      .map((row) => `${JSON.stringify(row) ?? "null"}\n`)
      .join("");
  if (format === "text") return textOf(value);
  const rows = listOf(value, format);
  const { stringify } = await import("csv-stringify/sync");
  const asLists = rows.every(Array.isArray);
  const columns = asLists ? undefined : columnsOf(rows);
  const cells = rows.map((row) =>
    columns ? columns.map((name) => cell((row as Record<string, unknown>)[name])) : (row as unknown[]).map(cell),
  );
  return stringify(columns && csv.header ? [columns, ...cells] : cells, { delimiter: csv.delimiter });
}

/** All keys of all rows, in the order in which they first stand. */
function columnsOf(rows: readonly unknown[]): string[] {
  const names = new Set<string>();
  for (const row of rows) {
    if (typeof row !== "object" || row === null || Array.isArray(row))
      throw new UnreadableFile(`A row of a CSV is an object, and one of these is ${kindOf(row)}`);
    for (const name of Object.keys(row)) names.add(name);
  }
  return [...names];
}

const cell = (value: unknown): string => textOf(value);

function listOf(value: unknown, format: Format): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnreadableFile(
    `${format === "csv" ? "A CSV" : "A JSON lines file"} is written from a list, not from ${kindOf(value)}`,
  );
}
