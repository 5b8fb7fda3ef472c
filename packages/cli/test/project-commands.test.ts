/** `init`, `doctor` and `completion`, as processes of their own. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runProcess } from "../../../tools/processes/src/run-process.js";

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "project-commands-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const millrace = (...args: readonly string[]) =>
  runProcess(["--conditions=millrace-source", "--import", tsx, bin, ...args], {
    cwd,
    // whoever runs the tests is not whoever uses the command
    env: { NO_COLOR: "1", npm_config_user_agent: "" },
  });

test("init adds to a project, and leaves what it has", async () => {
  expect((await millrace("init", "--json")).code).toBe(2);
  writeFileSync(join(cwd, "package.json"), '{ "name": "shop" }');
  const { code, stdout, stderr } = await millrace("init", "--no-install");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("wrote  src/review.ts");
  expect(stderr).toMatch(/Next: npm install, then npx millrace run Review/);
  expect(readFileSync(join(cwd, "millrace.config.ts"), "utf8")).toContain("src/review.ts");
  const again = await millrace("init", "--no-install", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, written: [] });
});

test("doctor tells what is wrong, also where the config is", async () => {
  writeFileSync(join(cwd, "millrace.config.json"), '{ "flow": [] }');
  const { code, stdout } = await millrace("doctor");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok {4}node {8}Node \d/m);
  expect(stdout).toMatch(/^fail {2}project .*did you mean "flows"/m);
  expect(existsSync(join(cwd, ".millrace"))).toBe(false);
  writeFileSync(join(cwd, "millrace.config.json"), "{}");
  writeFileSync(join(cwd, "millrace.config.mjs"), 'console.log("printed"); export default {};');
  rmSync(join(cwd, "millrace.config.json"));
  const told = await millrace("doctor", "--json");
  expect(told.code).toBe(0);
  expect(JSON.parse(told.stdout)).toMatchObject({
    ok: true,
    findings: expect.arrayContaining([{ about: "node", status: "ok", message: expect.any(String) }]),
  });
});

test("doctor does not call a config empty whose files are broken, and names a place once", async () => {
  writeFileSync(join(cwd, "millrace.config.json"), '{ "documents": ["greet.yaml"] }');
  writeFileSync(join(cwd, "greet.yaml"), "flows: [{ id: greet, steps: [{ id: a, type: templte, template: hi }] }]\n");
  const { code, stdout } = await millrace("doctor");
  expect(code).toBe(1);
  expect(stdout).not.toContain("names no flows");
  expect(stdout).toMatch(/^fail {2}project {5}The document has a problem:\n {18}- .*greet\.yaml:1:\d+ .*templ/m);
});

test("bash completes by the script that is printed", async () => {
  const { stdout } = await millrace("completion", "bash");
  writeFileSync(join(cwd, "millrace.bash"), stdout);
  expect(spawnSync("bash", ["-n", "millrace.bash"], { cwd }).status).toBe(0);
  expect(stdout).toContain("millrace complete --");
  const { stdout: lines } = await millrace("complete", "--", "run", "--inp");
  expect(lines).toMatch(/^--input\t.*\n--inputs\t.*\n:4\n$/);
  expect((await millrace("completion", "tcsh")).code).toBe(2);
});
