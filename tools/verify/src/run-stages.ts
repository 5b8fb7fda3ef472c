/**
 * Runs stages one after another, the steps of a stage at the same time, and stops after the first stage in which one fails:
 * one line a step with its time, and what a failed one printed. Answers the tally of all that ran.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type Command, runCommand } from "./command.js";
import { inWords, nothing, ofReport, ofStep, sum, type Tally } from "./tally.js";

export interface Step {
  readonly name: string;
  readonly command: Command;
  readonly env?: Readonly<Record<string, string>>;
  /** It is a vitest run: its tests are counted. */
  readonly tests?: boolean;
  /** A vitest report that stands for running it. */
  readonly doneIn?: string;
}

/** Steps that do not disturb each other, so that no core is idle while one of them uses but one. */
export type Stage = readonly Step[];

export interface RunOptions {
  readonly cwd: string;
  readonly write: (text: string) => void;
}

export async function runStages(stages: readonly Stage[], { cwd, write }: RunOptions): Promise<Tally> {
  const scratch = mkdtempSync(join(tmpdir(), "verify-"));
  const width = Math.max(...stages.flat().map(({ name }) => name.length));
  let total = nothing;
  const run = async (step: Step, report: string) => {
    const startedAt = performance.now();
    const { tally, output } = await runStep(step, { cwd, report });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const counts = step.tests ? `  (${inWords(tally)})` : "";
    const verdict = tally.failed === 0 ? "ok" : "FAILED";
    write(`${step.name.padEnd(width)}  ${verdict} ${seconds.padStart(7)} s${counts}\n`);
    if (tally.failed > 0) write(output);
    total = sum(total, tally);
  };
  try {
    for (const stage of stages) {
      await Promise.all(stage.map((step, i) => run(step, join(scratch, `report-${i}.json`))));
      if (total.failed > 0) break;
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return total;
}

async function runStep(
  { command, env, tests, doneIn }: Step,
  { cwd, report }: { cwd: string; report: string },
): Promise<{ tally: Tally; output: string }> {
  if (doneIn !== undefined) return { tally: ofReport(doneIn), output: "" };
  rmSync(report, { force: true });
  const { ok, output } = await runCommand(command, { cwd, env: { ...env, MILLRACE_TEST_REPORT: tests ? report : "" } });
  if (!tests) return { tally: ofStep(ok), output };
  const tally = ofReport(report);
  // A run whose tests all passed but which ended badly has failed.
  return { tally: ok || tally.failed > 0 ? tally : { ...tally, failed: 1 }, output };
}
