/** Standard output holds results and nothing else, whatever the project's code and its children do; and what can't be told there is told. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "loud.ts": `
import { execFileSync, execSync, fork, spawn, spawnSync } from "node:child_process";
import fs, { writeSync } from "node:fs";
import { Flow, start } from "millrace";
console.log("at import");
const ended = (child: any) => new Promise((resolve) => child.on("close", resolve));
export class Loud extends Flow { @start() async go() {
  spawnSync("echo", ["spawnSync"], { stdio: "inherit" });
  execSync("echo execSync", { stdio: "inherit" });
  execFileSync("echo", ["execFileSync"], { stdio: ["ignore", "inherit", "ignore"] });
  await ended(spawn("echo", ["spawn"], { stdio: "inherit" }));
  await ended(spawn("echo", ["number"], { stdio: ["ignore", 1, 2] }));
  await ended(spawn("echo", ["stream"], { stdio: ["ignore", process.stdout, "ignore"] }));
  await ended(spawn("sh", ["-c", "echo swapped >&2"], { stdio: ["ignore", "ignore", 1] }));
  await ended(fork("./child.mjs"));
  writeSync(1, "writeSync\\n");
  await new Promise<void>((resolve) => fs.write(1, "write\\n", () => resolve()));
  const piped = spawnSync("echo", ["kept"]).stdout.toString() + execSync("echo too");
  process.stdout.end("end\\n");
  return piped;
} }
export class Exits extends Flow { @start() go() { process.exit(0); } }
export class Odd extends Flow { @start() go() {
  return { big: 12345678901234567890n, map: new Map([["a", 1]]), keys: new Map([[1, 2]]), set: new Set([1]),
    date: new Date(0), most: 1e308, over: 1e308 * 10, not: Number.NaN, none: undefined, url: new URL("http://h/p"),
    bytes: new Uint8Array([1, 2]), sparse: [undefined, null], text: "\\ud800" };
} }
export class Function_ extends Flow { @start() go(): any { return () => 1; } }
export class Cycle extends Flow { @start() go() { const a: any = {}; a.b = [a]; return a; } }
export class Deep extends Flow { @start() go() { let a: any = 1; for (let i = 0; i < 50_000; i++) a = [a]; return a; } }
export class Null extends Flow { @start() go() { throw null; } }
export class Big extends Flow { @start() go() { return "x".repeat(3_000_000); } }
export class Huge extends Flow { @start() go() { return Array(8).fill("\\u0001".repeat(12_000_000)); } }
`,
    "child.mjs": `console.log("fork");`,
  });
});
afterAll(() => project.remove());

const run = (name: string, ...flags: string[]) => project.run(["run", `loud.ts#${name}`, ...flags]);

test("children that inherit it, loggers that write to its descriptor, who ends it: all go to standard error", async () => {
  const { code, stdout, stderr } = await run("Loud", "--quiet");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "kept\ntoo\n\n" });
  const said = "spawnSync execSync execFileSync spawn number stream swapped fork writeSync write end";
  expect(stderr.trim().split("\n")).toEqual(["at import", ...said.split(" ")]);
});

test("a file takes the result alone", async () => {
  const stdoutFile = join(mkdtempSync(join(tmpdir(), "millrace-out-")), "out.json");
  await project.run(["run", "loud.ts#Loud", "--json"], { stdoutFile });
  expect(JSON.parse(readFileSync(stdoutFile, "utf8"))).toMatchObject({ ok: true, output: "kept\ntoo\n" });
});

test("a step that ends the process is no success", async () => {
  const { code, stdout } = await run("Exits", "--json", "--id", "exits");
  expect(code).toBe(1);
  const message = "Code of the project ended the process: process.exit(0).";
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "STEP_FAILED", message } });
});

test("values that JSON has not are told as JSON", async () => {
  const { output } = JSON.parse((await run("Odd", "--json")).stdout);
  expect(output).toEqual({
    big: "12345678901234567890",
    map: { a: 1 },
    keys: [[1, 2]],
    set: [1],
    date: "1970-01-01T00:00:00.000Z",
    most: 1e308,
    over: "Infinity",
    not: "NaN",
    url: "http://h/p",
    bytes: "AQI=",
    sparse: [null, null],
    text: "\ud800",
  });
});

test.each([
  ["Function_", "STATE_NOT_SERIALIZABLE"],
  ["Cycle", "STATE_NOT_SERIALIZABLE"],
  ["Deep", "STATE_NOT_SERIALIZABLE"],
  ["Huge", "STATE_NOT_SERIALIZABLE"],
  ["Null", "STEP_FAILED"],
])("%s can't be a result: %s, one object, exit code 1", async (name, error) => {
  const { code, stdout } = await run(name, "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: error } });
  expect(stdout.length).toBeLessThan(20_000);
});

test("megabytes come whole through a pipe", async () => {
  expect((await run("Big", "--quiet")).stdout).toHaveLength(3_000_001);
});

test.runIf(existsSync("/dev/full"))("a full disk is told, of standard output and of --out", async () => {
  const { code, stderr } = await project.run(["plot", "loud.ts#Odd", "--out", "/dev/full"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("error CLI_OUTPUT_FAILED") });
  const failing = await project.run(["run", "loud.ts#Null", "--json"], { stdoutFile: "/dev/full" });
  expect(failing.stderr).toContain("CLI_OUTPUT_FAILED");
  expect(failing.code).toBe(1);
});

test.runIf(existsSync("/proc/self"))("where nothing can be written a run is told so, or stored elsewhere", async () => {
  const at = { cwd: "/proc" };
  const flow = join(project.folder, "loud.ts#Big");
  const refused = await project.run(["run", flow, "--quiet"], at);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("error PERSISTENCE_CANT_OPEN") });
  const elsewhere = await project.run(["run", flow, "--quiet", "--database", join(project.folder, "else.db")], at);
  expect(elsewhere).toMatchObject({ code: 0, stdout: expect.stringMatching(/^x+\n$/) });
});

test("a reader that goes away, or an output that is closed, is no error", async () => {
  const bin = join(project.folder, "node_modules/.built/cli/src/bin.mjs");
  const shell = (line: string) => execFileSync("bash", ["-c", `set -o pipefail; ${line}`], { cwd: project.folder });
  const millrace = `"${process.execPath}" "${bin}"`;
  for (let i = 0; i < 2; i++) await run("Big", "--quiet");
  expect(
    String(shell(`${millrace} runs list | head -1`))
      .trim()
      .split("\n"),
  ).toHaveLength(1);
  expect(String(shell(`${millrace} run loud.ts#Big -q 2>/dev/null | head -c 5`))).toBe("xxxxx");
  expect(String(shell(`${millrace} runs list >&-`))).toBe("");
});
