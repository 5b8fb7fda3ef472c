/** Runs a bundled program in an empty folder of its own and compares what it shows and prints with what it says. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runProcess } from "../../processes/src/run-process.js";
import type { Expectations } from "./expectations.js";
import { textMatches } from "./matches.js";
import type { ShownValue } from "./show.js";

export interface RunnableProgram {
  /** The bundled file. */
  readonly file: string;
  /** A folder that does not exist yet. */
  readonly folder: string;
  /** What language models answer, as JSON. */
  readonly models?: string;
  readonly expected: Pick<Expectations, "values" | "prints">;
  /** @default 20000 */
  readonly timeoutMs?: number;
}

/** What is wrong, one text each; empty: all is as the page says. */
export async function runProgram({
  file,
  folder,
  expected,
  models,
  timeoutMs,
}: RunnableProgram): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const shownFile = join(folder, ".shown.json");
  const { code, signal, stdout, stderr } = await runProcess(["--enable-source-maps", file], {
    cwd: folder,
    env: {
      MILLRACE_DOCS_SAID: JSON.stringify(expected.values),
      MILLRACE_DOCS_SHOWN: shownFile,
      ...(models && { MILLRACE_DOCS_MODELS: models }),
    },
    timeoutMs: timeoutMs ?? 20_000,
  });
  if (signal) return [`it did not end in time; it printed:\n${stdout}${stderr}`];
  if (code !== 0) return [`it ended with code ${code}:\n${stderr}`];
  const shown = JSON.parse(readFileSync(shownFile, "utf8")) as readonly ShownValue[];
  return [...wrongValues(shown, expected.values), ...missingPrints(stdout, expected.prints)];
}

function wrongValues(shown: readonly ShownValue[], said: Expectations["values"]): readonly string[] {
  return Object.entries(said).flatMap(([line, value]) => {
    const seen = shown.filter((one) => one.line === Number(line));
    if (seen.length === 0) return [`line ${line}: says "=> ${value}", but was never reached`];
    const wrong = seen.filter(({ matches }) => !matches);
    return wrong.map(({ text }) => `line ${line}: says "=> ${value}", but is ${text}`);
  });
}

/** Each print must be found after the one before it; other lines may stand between. */
function missingPrints(stdout: string, said: Expectations["prints"]): readonly string[] {
  const lines = stdout.split("\n");
  let from = 0;
  for (const { line, text } of said) {
    const at = lines.findIndex((candidate, i) => i >= from && textMatches(text, candidate));
    if (at < 0)
      return [
        `line ${line}: says it prints "${text}", but after line ${from} it printed:\n${lines.slice(from).join("\n")}`,
      ];
    from = at + 1;
  }
  return [];
}
