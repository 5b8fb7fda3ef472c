/** Settings, the config, and the loading of files in both dialects, from wherever the command is started. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

const flow = (name: string, body = "return 1;") => `import { Flow, start } from "millrace";
export class ${name} extends Flow { @start() go() { ${body} } }\n`;
/** Tells which dialect it was compiled in. */
const dialect = `import { Flow, start } from "millrace";
let found = "";
function look(...args: unknown[]): any { found = typeof args[1] === "object" ? "standard" : "legacy"; }
export class Dialect extends Flow { @look other() {} @start() go() { return found; } }\n`;

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "millrace.config.ts": `import { defineConfig } from "@millrace/cli";
export default defineConfig({ flows: ["flows/*.ts"], database: "data/flows.db", env: { COLOUR: "config", SIZE: "config" } });\n`,
    ".env": 'COLOUR="dotenv" # a comment\nTASTE=dotenv\n',
    "flows/env.ts": flow("Env", "return [process.env.COLOUR, process.env.SIZE, process.env.TASTE].join();"),
    "flows/other.ts": flow("Other"),
    "deep/inside/x.txt": "",
    "legacy/tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true }, "include": ["src"] }',
    "legacy/src/flow.ts": dialect,
    "legacy/outside.ts": dialect,
    "standard/tsconfig.json": '{ // with a comment\n "compilerOptions": { "target": "ES2022" } }',
    "standard/flow.ts": dialect,
    "none/flow.ts": dialect,
    "commonjs/package.json": "{}",
    "commonjs/tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true } }',
    "commonjs/flow.ts": `import { helper } from "./helper";\n${dialect.replace("return found", "return helper(found)")}`,
    "commonjs/helper.ts": "export const helper = (text: string): string => text;",
    "plain/flow.mjs":
      'import { Flow, start } from "millrace";\nexport class Plain extends Flow { go() { return "js"; } }\nstart()(Plain.prototype, "go", Object.getOwnPropertyDescriptor(Plain.prototype, "go"));\n',
  });
});
afterAll(() => project.remove());

const output = async (...args: string[]) => (await project.run(["run", ...args, "-q"])).stdout.trim();

test("a flow is run by its name, from a folder inside of the project", async () => {
  const cwd = join(project.folder, "deep/inside");
  const { stdout } = await project.run(["run", "Other", "-q"], { cwd });
  expect(stdout).toBe("1\n");
  expect(existsSync(join(project.folder, "data/flows.db"))).toBe(true);
  expect(existsSync(join(cwd, ".millrace"))).toBe(false);
});

test("flag, environment, .env, config: the first that is given counts", async () => {
  expect(await output("Env")).toBe("dotenv,config,dotenv");
  const env = { COLOUR: "real", MILLRACE_DATABASE: "env.db" };
  expect((await project.run(["run", "Env", "-q"], { env })).stdout).toBe("real,config,dotenv\n");
  expect(existsSync(join(project.folder, "env.db"))).toBe(true);
  await project.run(["run", "Env", "-q", "--database", "flag.db"], { env });
  expect(existsSync(join(project.folder, "flag.db"))).toBe(true);
});

test.concurrent.each([
  ["legacy/src/flow.ts", "legacy"],
  ["legacy/outside.ts", "legacy"],
  ["standard/flow.ts", "standard"],
  ["none/flow.ts", "standard"],
  ["commonjs/flow.ts", "legacy"],
  ["plain/flow.mjs", "js"],
])("%s is loaded as its author sees it", async (file, said) => {
  expect(await output(file)).toBe(said);
});

test("a .env as Windows writes it; a path in it goes from the project, wherever the command is started", async () => {
  project.write({
    "windows/millrace.config.json": '\uFEFF{ "flows": ["../flows/env.ts"] }',
    "windows/.env": "\uFEFFCOLOUR=first\r\nTASTE=last\r\nMILLRACE_DATABASE=told.db\r\n",
    "windows/deep/x.txt": "",
  });
  const cwd = join(project.folder, "windows/deep");
  expect((await project.run(["run", "Env", "-q"], { cwd })).stdout).toBe("first,,last\n");
  expect(existsSync(join(project.folder, "windows/told.db"))).toBe(true);
});

test("flows of several dialects stand in one config", async () => {
  project.write({
    "both/millrace.config.json":
      '{ "flows": ["../legacy/src/flow.ts", "../standard/flow.ts#Dialect", "../flows/other.ts"] }',
  });
  const cwd = join(project.folder, "both");
  const { code, stdout } = await project.run(["validate"], { cwd });
  const lines = stdout.trim().split("\n");
  expect(lines.filter((line) => line.startsWith("ok\t"))).toHaveLength(3);
  expect(lines.at(-1)).toMatch(/^CLI_FLOW_AMBIGUOUS\t.*2 flows are called "Dialect"/);
  expect(code).toBe(2);
  // which one is meant is not guessed, but where one was run it is known
  const named = await project.run(["run", "Dialect"], { cwd });
  expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining("error CLI_FLOW_AMBIGUOUS") });
  await project.run(["run", "../standard/flow.ts#Dialect", "-q"], { cwd });
  expect((await project.run(["run", "Dialect", "-q"], { cwd })).stdout).toBe("standard\n");
});

test.concurrent.each([
  ['{ "flow": ["x.ts"] }', /"flow" is unknown; did you mean "flows"\?/],
  ['{ "flows": "x.ts", "maxCalls": 0 }', /flows: .*maxCalls: /],
  ['{ "flows": ["missing/*.ts"] }', /missing\/\*\.ts/],
  ["{ nonsense", /can't be loaded/],
])("the config %s is refused", async (text, said) => {
  const folder = `bad-${Buffer.from(text).toString("hex").slice(0, 24)}`;
  mkdirSync(join(project.folder, folder));
  project.write({ [`${folder}/millrace.config.json`]: text });
  const { code, stderr } = await project.run(["run", "Nothing"], { cwd: join(project.folder, folder) });
  expect(code).toBe(2);
  expect(stderr).toMatch(said);
});

test("a config that is not there is told", async () => {
  expect(await project.run(["runs", "list", "--config", "nowhere.ts"])).toMatchObject({ code: 2 });
});

test("validate tells all problems of all flows; a broken file does not hide the others", async () => {
  project.write({
    "check/bad.ts": `import { Flow, listen, start } from "millrace";
export class Bad extends Flow { @start() go() {} @listen("goo" as never) on() {} @listen("nothing" as never) off() {} }`,
    "check/broken.ts": "export const x = ;",
    "check/good.ts": flow("Good"),
  });
  const { code, stdout } = await project.run(["validate", "check/bad.ts", "check/broken.ts", "check/good.ts"]);
  expect(code).toBe(2);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  expect(lines.filter(([first]) => first === "PLAN_UNKNOWN_TRIGGER").map((line) => line[2])).toEqual(["on", "off"]);
  expect(lines.map(([first]) => first)).toContain("CLI_LOAD_FAILED");
  expect(lines).toContainEqual(["ok", "check/good.ts#Good"]);
});

test("plot and schema print what programs can read", async () => {
  expect((await project.run(["plot", "Other"])).stdout).toMatch(/^flowchart TD\n/);
  expect(JSON.parse((await project.run(["plot", "Other", "--format", "json"])).stdout)).toHaveProperty("nodes");
  expect((await project.run(["plot", "Other", "--out", "o.mmd"])).stdout).toBe("");
  expect(existsSync(join(project.folder, "o.mmd"))).toBe(true);
  expect((await project.run(["plot", "Other", "--format", "png"])).code).toBe(2);
  expect(JSON.parse((await project.run(["schema", "Other"])).stdout)).toMatchObject({ type: "object" });
});

test("a file that can't be written is told", async () => {
  const { code, stderr } = await project.run(["plot", "Other", "--out", "nowhere/flow.svg"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/flow\.svg can't be written: ENOENT/) });
});

test("every command has help with an example, and so has the whole", async () => {
  const { stdout, code } = await project.run(["--help"]);
  expect(code).toBe(0);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*\S/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== "help");
  expect(commands.length).toBeGreaterThan(10);
  for (const name of commands.filter((one) => one !== "runs"))
    expect((await project.run([name, "--help"])).stdout).toContain(`$ millrace ${name}`);
  for (const name of ["list", "show", "events", "state", "prune"])
    expect((await project.run(["runs", name, "--help"])).stdout).toContain(`$ millrace runs ${name}`);
});

test("help and version load neither flows, schemas nor a database", async () => {
  for (const flag of ["--version", "--help"]) {
    // a loader that refuses them
    const refuse = `export const resolve = (name, context, next) => {
      if (/^(millrace|zod|tsx|@millrace|better-sqlite3)/.test(name)) throw new Error("loads " + name);
      return next(name, context);
    };`;
    const hooks = `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(refuse)}");`;
    const env = { NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(hooks)}"` };
    expect(await project.run([flag], { env })).toMatchObject({ code: 0, stderr: "" });
    expect(await project.run(["runs", "list"], { env })).toMatchObject({ stderr: expect.stringContaining("loads ") });
  }
});
