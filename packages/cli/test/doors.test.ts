/** Flows that are no classes: documents and builders, run and checked by the same commands; and drawings. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "millrace.config.ts": `import { defineConfig } from "@millrace/cli";
export default defineConfig({ documents: ["flows/*.yaml"] });\n`,
    "flows/greet.yaml": `flows:
  - id: greet
    inputs: { name: text }
    steps:
      - id: shout
        type: code
        run: ./code.ts#shout
        with: { name: "{{ input.name }}" }
`,
    "code.ts": 'export function shout({ name }: { name: string }): string { return "HELLO " + name.toUpperCase(); }\n',
    "bad/bad.yaml": "flows:\n  - id: one\n    setps: []\n  - id: two\n    steps:\n      - { id: a, type: nothing }\n",
    "class.ts": `import { Flow, listen, start } from "millrace";
export class Drawn extends Flow { @start() first() { return 1; } @listen("first") second() { return 2; } }\n`,
    "built.ts": `import { flow } from "millrace";
import { z } from "zod";
export const ingest = flow("ingest").input(z.object({ count: z.number() }))
  .step("twice", ({ count }: { count: number }) => count * 2)
  .step("told", ({ n }: { n: number }) => "it is " + n, ({ twice }) => ({ n: twice }));
export default ingest;\n`,
    "compiled.ts": `import { flow } from "millrace";
export const one = flow("one").step("go", () => 1).compile();\n`,
    "search.ts":
      "/** Finds. */\nexport function find(text: string, limit = 3): string[] { return [text].slice(0, limit); }\n",
  });
});
afterAll(() => project.remove());

const json = async (...args: string[]) => JSON.parse((await project.run([...args, "--json"])).stdout);

test("a document's flow is run by its file and by its name, and resumed by its id", async () => {
  const run = await json("run", "flows/greet.yaml", "-i", "name=ada");
  expect(run).toMatchObject({ ok: true, status: "completed", output: "HELLO ADA" });
  expect((await project.run(["run", "greet", "-i", "name=12", "-q"])).stdout).toBe("HELLO 12\n");
  expect(await json("resume", run.id)).toMatchObject({ ok: true, id: run.id });
});

test("what the builder makes is run as it is, or compiled", async () => {
  const run = await json("run", "built.ts", "-i", "count=21");
  expect(run).toMatchObject({ ok: true, output: "it is 42" });
  expect(await json("resume", run.id)).toMatchObject({ ok: true, id: run.id });
  expect(await json("run", "built.ts", "-i", "count=many")).toMatchObject({ error: { code: "RUN_INPUTS_INVALID" } });
  expect((await project.run(["run", "compiled.ts", "-q"])).stdout).toBe("1\n");
});

test("all problems of a document are told by file, line and column", async () => {
  const { code, stdout } = await project.run(["validate", "bad/bad.yaml"]);
  expect(code).toBe(2);
  const places = stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t")[1]);
  expect(places).toContainEqual(expect.stringMatching(/bad\/bad\.yaml:3:5$/));
  expect(places).toContainEqual(expect.stringMatching(/bad\/bad\.yaml:6:\d+$/));
  expect(await json("run", "bad/bad.yaml")).toMatchObject({ ok: false, error: { code: "DOCUMENT_INVALID" } });
  expect((await project.run(["validate"])).stdout).toMatch(/^ok\tflows\/greet\.yaml#greet\n$/);
});

test("a flow is drawn for the browser, with what a run has done laid over it", async () => {
  const { id } = await json("run", "class.ts");
  expect((await project.run(["plot", "class.ts", "--out", "drawn.svg"])).code).toBe(0);
  expect(readFileSync(join(project.folder, "drawn.svg"), "utf8")).toMatch(/^<svg[\s\S]*second/);
  const { stdout } = await project.run(["plot", "--run", id]);
  expect(stdout).toMatch(/^<!doctype html>/i);
  expect(stdout).toContain(id);
  // from the project's folder: a picture is passed on
  expect(stdout).toMatch(/<code>class\.ts:2:\d+<\/code>/);
  expect(stdout).not.toContain(project.folder);
  expect((await project.run(["plot", "--run", id, "--format", "mermaid"])).code).toBe(2);
  expect((await project.run(["plot"])).code).toBe(2);
});

test("functions of a module become tools of a document", async () => {
  const { code, stdout } = await project.run(["convert", "search.ts"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^tools:\n {2}find:\n/) });
  expect((await project.run(["convert", "nowhere.ts"])).code).toBe(4);
});

test("a document becomes a module of classes, which runs", async () => {
  expect((await project.run(["convert", "flows/greet.yaml", "--out", "greet.ts"])).code).toBe(0);
  const { stdout } = await project.run(["run", "greet.ts", "-i", "name=ada", "-q"]);
  expect(stdout).toBe("HELLO ADA\n");
  expect((await project.run(["convert", "bad/bad.yaml"])).code).toBe(2);
});

test.each([
  [["convert", "flows/greet.yaml", "--out", "greet.yaml"], "can't be written to a file like"],
  [["convert", "search.ts", "--out", "search.ts"], "would be written over itself"],
  [["convert", "search.ts", "--out", "tools.ts"], "can't be written to a file like"],
  [["convert", "flows"], "is no file"],
  [["convert", "search.ts", "--import", "a=./b.ts#c"], "--import is for documents"],
  [["convert", "flows/greet.yaml", "--import", "shout"], "--import shout can't be read"],
])("%j is refused, with the way out", async (args, said) => {
  const { code, stdout, stderr } = await project.run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(said);
});

test("the schema of documents is that of the project's step types", async () => {
  const { $defs } = await json("schema");
  expect($defs.namedStep.properties.type.enum).toContain("template");
});
