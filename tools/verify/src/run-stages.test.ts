import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runStages, type Stage, type Step } from "./run-stages.js";

let cwd: string;
let written: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "run-stages-"));
  written = "";
});
afterEach(() => rmSync(cwd, { recursive: true }));

const node = (code: string): Step["command"] => [process.execPath, "-e", code];
const run = (...stages: Stage[]) => runStages(stages, { cwd, write: (text) => (written += text) });
/** What a vitest run does as far as a step sees: it leaves a report and ends. */
const suite = (report: object, exitCode = 0): Step => ({
  name: "suite",
  command: node(
    `fs.writeFileSync(process.env.MILLRACE_TEST_REPORT, ${JSON.stringify(JSON.stringify(report))}); process.exit(${exitCode})`,
  ),
  tests: true,
});
const green = { success: true, numPassedTests: 40, numFailedTests: 0, numPendingTests: 2 };

test("every step has a line with its time and counts as one", async () => {
  const first = { name: "first", command: node("console.log('quiet')") };
  const second = { name: "second one", command: node("") };
  expect(await run([first], [second])).toEqual({ passed: 2, failed: 0, skipped: 0 });
  expect(written).toMatch(/^first {7}ok +\d+\.\d s\nsecond one {2}ok +\d+\.\d s\n$/);
});

test("the first failure ends it and shows both streams", async () => {
  const good = { name: "good", command: node("") };
  const bad = { name: "bad", command: node("console.log('out'); console.error('err'); process.exitCode = 3") };
  const never = { name: "never", command: node("fs.writeFileSync('ran', '')") };
  expect(await run([good], [bad], [never])).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(written).toContain("FAILED");
  expect(written).toContain("out\n");
  expect(written).toContain("err\n");
  expect(written).not.toContain("never");
});

test("the steps of a stage run at the same time, each to its end", async () => {
  // each waits for what the other writes
  const meet = (mine: string, other: string, end: number) =>
    node(`fs.writeFileSync("${mine}", ""); while (!fs.existsSync("${other}")); process.exitCode = ${end}`);
  const stage = [
    { name: "one", command: meet("a", "b", 0) },
    { name: "other", command: meet("b", "a", 1) },
    { ...suite(green), name: "tests" },
  ];
  expect(await run(stage, [{ name: "never", command: node("") }])).toEqual({ passed: 41, failed: 1, skipped: 2 });
  expect(written).toMatch(/^one +ok/m);
  expect(written).toMatch(/^other +FAILED/m);
  expect(written).not.toContain("never");
});

test("a program that is not there is a failure that says so", async () => {
  expect(await run([{ name: "missing", command: ["no-such-program"] }])).toMatchObject({ failed: 1 });
  expect(written).toContain("no-such-program");
});

test("a step sees the environment that it asks for and no standard input", async () => {
  const command = node("process.exit(process.env.ASKED === 'yes' && fs.readFileSync(0).length === 0 ? 0 : 1)");
  expect(await run([{ name: "environment", command, env: { ASKED: "yes" } }])).toMatchObject({ failed: 0 });
});

test("tests are counted one by one", async () => {
  expect(await run([suite(green)])).toEqual({ passed: 40, failed: 0, skipped: 2 });
  expect(written).toContain("40 passed, 0 failed, 2 skipped");
});

test.each([
  ["a failed test", suite({ ...green, success: false, numFailedTests: 3 }, 1), 3],
  ["a file that does not load", suite({ ...green, success: false }, 1), 1],
  ["green tests and a bad end", suite(green, 1), 1],
  ["no test at all", suite({ ...green, numPassedTests: 0 }), 1],
  ["no report", { name: "suite", command: node(""), tests: true }, 1],
])("%s is a failure", async (_name, step, failed) => {
  expect(await run([step])).toMatchObject({ failed });
});

test("a report from before stands for the run", async () => {
  const doneIn = join(cwd, "report.json");
  writeFileSync(doneIn, JSON.stringify(green));
  const step: Step = { name: "suite", command: node("process.exit(1)"), tests: true, doneIn };
  expect(await run([step])).toEqual({ passed: 40, failed: 0, skipped: 2 });
});
