/**
 * A CSV → its rows. A piece at a time: ten megabytes take seconds, in which other runs go on, and claims are kept.
 */
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { shown } from "../step-error.js";
import { UnreadableFile } from "./unreadable-file.js";

export interface CsvReading {
  readonly delimiter: string;
  readonly header: boolean;
  readonly signal: AbortSignal;
}

const piece = 16_384;

export async function parseCsv(text: string, { delimiter, header, signal }: CsvReading): Promise<unknown[]> {
  const { parse, CsvError } = await import("csv-parse");
  const rows: unknown[] = [];
  // fields stay texts: what a number is, the type of the rows says
  const parser = parse({ delimiter, columns: header && named, skip_empty_lines: true });
  parser.on("data", (row) => rows.push(row));
  try {
    await pipeline(pieces(text), parser, { signal });
    return rows;
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableFile(error.message);
    throw error;
  }
}

/** In bytes: a text would be cut within a sign. */
async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) {
    yield bytes.subarray(at, at + piece);
    await setImmediate();
  }
}

function named(names: string[]): string[] {
  const met = new Set<string>();
  const twice = names.find((name) => met.size === met.add(name).size);
  if (twice !== undefined) throw new UnreadableFile(`Its header has the column ${shown(twice)} twice`);
  const wrong = names.find((name) => name === "" || name === "__proto__");
  if (wrong !== undefined) throw new UnreadableFile(`Its header has a column named ${JSON.stringify(wrong)}`);
  return names;
}
