import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

const hello = `
import { Flow, start, listen } from "millrace";
import { z } from "zod";

export class Hello extends Flow<typeof Hello> {
  static state = z.object({
    name: z.string(), count: z.number().default(1), loud: z.boolean().default(false),
    tags: z.array(z.string()).default([]), at: z.date().optional(), deep: z.object({ n: z.int() }).optional(),
  });
  @start() greet() { console.log("a step logs"); return this.state; }
  @listen("greet") say(state: object) { return { ...state, said: true }; }
}
`;

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "hello.ts": hello,
    ".millrace/flows.json": '{ "Hello": "hello.ts#Hello" }',
    "broken.ts": "export const x: number = undefinedName;",
    "syntax.ts": "export const x = ;",
    "nothing.ts": "export const x = 1;",
    "several.ts": `import { Flow, start } from "millrace";
      export class One extends Flow { @start() go() { return 1; } }
      export class Two extends Flow { @start() go() { return 2; } }`,
    "rejects.ts": `import { Flow, start } from "millrace";
      export class Rejects extends Flow {
        @start() async go() { void Promise.reject(new Error("lost")); return new Promise((done) => setTimeout(done, 5000)); }
      }`,
    "fails.ts": `import { Flow, start } from "millrace";
      export class Fails extends Flow { @start() go() { throw new Error("no luck"); } }`,
  });
});
afterAll(() => project.remove());

const object = ({ stdout }: { stdout: string }) => JSON.parse(stdout);

test("the output goes to standard output, all else to standard error", async () => {
  const { code, stdout, stderr } = await project.run(["run", "hello.ts", "--input", "name=Ada"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ name: "Ada", count: 1, loud: false, tags: [], said: true });
  expect(stderr).toContain("a step logs");
  expect(stderr).toMatch(/step\.completed/);
});

test("what code of the project prints is no result, however it prints", async () => {
  project.write({
    "prints.ts": `import { Flow, start } from "millrace";
      process.stdout.write("loaded\\n");
      export class Prints extends Flow { @start() go() { process.stdout.write("raw\\n"); console.log("log"); return 1; } }`,
  });
  const { code, stdout, stderr } = await project.run(["run", "prints.ts", "--json"]);
  expect(code).toBe(0);
  expect(object({ stdout })).toMatchObject({ output: 1 });
  expect(stderr).toBe("loaded\nraw\nlog\n");
});

test("a step that awaits what never comes is told", async () => {
  project.write({
    "never.ts": `import { Flow, start } from "millrace";
      export class Never extends Flow { @start() async go() { await new Promise(() => undefined); } }`,
  });
  const { code, stdout } = await project.run(["run", "never.ts", "--json"]);
  expect(code).toBe(1);
  expect(object({ stdout })).toMatchObject({ ok: false, error: { code: "STEP_FAILED" } });
});

test.runIf(existsSync("/dev/full"))("a result that can't be written is told, and is no success", async () => {
  for (const mode of ["--json", "--quiet"]) {
    const { code, stderr } = await project.run(["run", "hello.ts", "-i", "name=Ada", mode], {
      stdoutFile: "/dev/full",
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^a step logs\nerror CLI_OUTPUT_FAILED The result can't be written: ENOSPC.*\n.*runs show.*\n$/,
    );
  }
});

test("digits of untyped numbers are not lost, files that are not there are told", async () => {
  project.write({
    "any.ts": `import { Flow, start } from "millrace"; import { z } from "zod";
      export class Any extends Flow<typeof Any> {
        static inputs = z.record(z.string(), z.unknown());
        @start() go(given: unknown) { return given; } }`,
  });
  const pairs = ["-i", "id=12345678901234567890", "-i", "n=12", "-i", "x=1e999", "-i", "f=0.1"];
  const { stdout } = await project.run(["run", "any.ts", ...pairs, "-q"]);
  expect(JSON.parse(stdout)).toEqual({ id: "12345678901234567890", n: 12, x: "1e999", f: 0.1 });
  const { code, stderr } = await project.run(["run", "any.ts", "--inputs", "@none.json"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("none.json can't be read: ENOENT") });
});

test("inputs are typed by the schema", async () => {
  const pairs = ["name=12", "count=12", "loud=true", "tags=a", "tags=2", "at=2026-01-02", "deep.n=7"];
  const { stdout } = await project.run(["run", "hello.ts", ...pairs.flatMap((pair) => ["-i", pair]), "--quiet"]);
  expect(JSON.parse(stdout)).toEqual({
    name: "12",
    count: 12,
    loud: true,
    tags: ["a", "2"],
    at: "2026-01-02T00:00:00.000Z",
    deep: { n: 7 },
    said: true,
  });
});

test("inputs come as JSON, from a file, from standard input, and pairs stand over them", async () => {
  project.write({ "in.json": '{ "name": "file" }' });
  const name = async (args: string[], stdin?: string) =>
    object(await project.run(["run", "hello.ts", ...args], stdin === undefined ? {} : { stdin })).name;
  expect(await name(["--inputs", '{"name":"text"}'])).toBe("text");
  expect(await name(["--inputs", "@in.json"])).toBe("file");
  expect(await name(["--inputs", "-"], '{"name":"piped"}')).toBe("piped");
  expect(await name(["--inputs", "@in.json", "-i", "name=over"])).toBe("over");
});

test("--json is one object, --jsonl the events and the result last", async () => {
  const one = object(await project.run(["run", "hello.ts", "-i", "name=a", "--json", "--id", "one"]));
  expect(one).toMatchObject({ ok: true, id: "one", status: "completed", output: { name: "a" } });
  const { stdout } = await project.run(["run", "hello.ts", "-i", "name=a", "--jsonl"]);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0].type).toBe("run.created");
  expect(lines.at(-1)).toMatchObject({ type: "result", ok: true, status: "completed" });
});

test.concurrent.each([
  { args: ["run", "hello.ts"], code: 2, error: "RUN_INPUTS_INVALID", said: /name/ },
  { args: ["run", "hello.ts", "-i", "name"], code: 2, error: "CLI_USAGE_INVALID", said: /key=value/ },
  { args: ["run", "hello.ts", "--inputs", "{"], code: 2, error: "CLI_USAGE_INVALID", said: /JSON/ },
  { args: ["run", "hello.ts", "-i", "nmae=x"], code: 2, error: "RUN_INPUTS_INVALID", said: /nmae/ },
  { args: ["run", "helo.ts"], code: 4, error: "CLI_FLOW_NOT_FOUND", said: /hello\.ts/ },
  { args: ["run", "Helo"], code: 4, error: "CLI_FLOW_NOT_FOUND", said: /Hello/ },
  { args: ["run", "hello.ts#Helo"], code: 4, error: "CLI_FLOW_NOT_FOUND", said: /"Hello"/ },
  { args: ["run", "nothing.ts"], code: 4, error: "CLI_FLOW_NOT_FOUND", said: /no flow/ },
  { args: ["run", "several.ts"], code: 2, error: "CLI_FLOW_AMBIGUOUS", said: /several\.ts#One/ },
  { args: ["run", "broken.ts"], code: 2, error: "CLI_LOAD_FAILED", said: /broken\.ts:1/ },
  { args: ["run", "syntax.ts"], code: 2, error: "CLI_LOAD_FAILED", said: /syntax\.ts:1/ },
  { args: ["run", "fails.ts"], code: 1, error: "STEP_FAILED", said: /no luck/ },
  { args: ["run", "rejects.ts"], code: 1, error: "STEP_FAILED", said: /nothing catches it: Error: lost/ },
  {
    args: ["run", "hello.ts", "-i", "name=a", "-d", "/no/such/x.db"],
    code: 1,
    error: "PERSISTENCE_CANT_OPEN",
    said: /no such folder/,
  },
  { args: ["resume", "no-such-run"], code: 4, error: "RUN_NOT_FOUND", said: /no-such-run/ },
  { args: ["rum"], code: 2, error: "CLI_USAGE_INVALID", said: /run/ },
  { args: ["run", "hello.ts", "--inptu", "a=1"], code: 2, error: "CLI_USAGE_INVALID", said: /--input/ },
  { args: ["run"], code: 2, error: "CLI_USAGE_INVALID", said: /flow/ },
  { args: ["run", "hello.ts", "--timeout", "soon"], code: 2, error: "DEFINITION_DURATION_INVALID", said: /--timeout/ },
])("$args ends with $code, $error", async ({ args, code, error, said }) => {
  const [text, json] = await Promise.all([project.run(args), project.run([...args, "--json"])]);
  expect(text).toMatchObject({ code, stdout: "" });
  expect(text.stderr).toContain(error);
  expect(text.stderr).toMatch(said);
  expect(text.stderr).not.toMatch(/^\s+at /m);
  expect(json.code).toBe(code);
  expect(object(json)).toMatchObject({ ok: false, error: { code: error, message: expect.any(String) } });
});

test("--debug shows the stack", async () => {
  expect((await project.run(["run", "broken.ts", "--debug"])).stderr).toMatch(/^\s+at /m);
});

test("a run begun by its file is resumed by its id alone", async () => {
  const { id } = object(await project.run(["run", "several.ts#Two", "--json"]));
  expect(object(await project.run(["resume", id, "--json"]))).toMatchObject({ ok: true, id, output: 2 });
  expect(readFileSync(join(project.folder, ".millrace/.gitignore"), "utf8")).toBe("*\n");
});

test("nothing is made where nothing is run", async () => {
  const empty = mkdtempSync(join(tmpdir(), "empty-"));
  expect((await project.run(["resume", "x"], { cwd: empty })).code).toBe(4);
  expect(readdirSync(empty)).toEqual([]);
  rmdirSync(empty);
});
