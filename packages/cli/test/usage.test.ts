/** Every command, asked for what can't be: one code, one exit code, one object, and the way out that leads on. */
import { mkdirSync, readdirSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "hello.ts": `import { Flow, start } from "millrace"; export class Hello extends Flow { @start() greet() { return 1; } }`,
  });
  await project.run(["run", "hello.ts", "--id", "monday", "-q"]);
  await project.run(["run", "hello.ts", "--id", "0199a4c2-7c1e-7d11-8c59-6d2a0b6f3c11", "-q"]);
});
afterAll(() => project.remove());

test.each([
  [[], 2, "CLI_USAGE_INVALID", "See `millrace --help`."],
  [["runs"], 2, "CLI_USAGE_INVALID", "See `millrace runs --help`."],
  [["runs", "lits"], 2, "CLI_USAGE_INVALID", "Did you mean list?"],
  [["run", "hello.ts", "--timeout"], 2, "CLI_USAGE_INVALID", "See `millrace run --help`."],
  [["runs", "list", "extra"], 2, "CLI_USAGE_INVALID", "See `millrace runs list --help`."],
  [["resume", "munday"], 4, "RUN_NOT_FOUND", 'Did you mean "monday"?'],
  [["runs", "show", "0199a4c2"], 4, "RUN_NOT_FOUND", 'Did you mean "0199a4c2-7c1e-7d11-8c59-6d2a0b6f3c11"?'],
  [["runs", "events", "qqqqqq"], 4, "RUN_NOT_FOUND", "millrace runs list"],
  [["fork", "monday", "--at", "9999"], 4, "RUN_POSITION_UNKNOWN", "millrace runs events"],
  [["runs", "state", "monday", "--at", "gret"], 4, "RUN_POSITION_UNKNOWN", "greet"],
  [["signal", "monday", "legal"], 2, "SIGNAL_UNKNOWN", ""],
  [["answer", "none", "1"], 4, "QUESTION_CLOSED", "millrace questions"],
  [["cancel", "monday"], 2, "RUN_ENDED", ""],
  [["run", "hello.ts", "--id", "monday"], 2, "RUN_EXISTS", "millrace resume"],
  [["convert", "helo.ts"], 4, "CLI_FLOW_NOT_FOUND", "Did you mean hello.ts?"],
  [["plot", "hello.ts", "--format", "png"], 2, "CLI_USAGE_INVALID", "See `millrace plot --help`."],
] as const)("%j", async (...[args, code, error, hint]) => {
  const told = await project.run([...args, "--json"]);
  const lines = told.stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    ok: false,
    error: { code: error, hint: expect.stringContaining(hint) },
  });
  expect(told.code).toBe(code);
});

test.skipIf(!("enableCompileCache" in module))("what a command has compiled is kept for the next one", async () => {
  const TMPDIR = join(project.folder, "tmp");
  mkdirSync(TMPDIR);
  const { code } = await project.run(["runs", "list"], { env: { TMPDIR, NODE_COMPILE_CACHE: "" } });
  expect(code).toBe(0);
  const kept = readdirSync(join(TMPDIR, "node-compile-cache"), { recursive: true });
  expect(kept.length).toBeGreaterThan(3);
});
