/** `millrace validate`: all that is wrong with all flows, each problem with the place where it is written. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "flows/class.ts": `import { Flow, listen, or, router, start } from "millrace";
export class Review extends Flow {
  @start() research() { return 1; }
  // a comment
  @listen("reserach" as any)
  write() { return 2; }
  @listen("write") @listen("nothing" as any) publish() { return 3; }
}
export class Fine extends Flow { @start() go() { return 1; } }
export class NoStart extends Flow { @listen("x" as any) go() { return 1; } }
`,
    "flows/built.ts": `import { flow } from "millrace";
const write = () => 1;
export const bad = flow("bad")
  .step("write", write)
  .link("wriet" as any, "write")
  .step("done", () => 2);
export const good = flow("good").step(function go() { return 1; });
`,
    "flows/deep/decorator.ts": `import { Flow, listen } from "millrace";
export class Wrong extends Flow {
  @listen(12 as any) go() { return 1; }
}
`,
    "flows/doc.yaml": "flows:\n  - id: one\n    setps: []\n  - id: two\n    steps:\n      - { id: a, type: templat }\n",
    "flows/thrower.ts": `import "millrace";
export const before = 1;
throw new Error("at import");
`,
    "flows/helper.ts": "throw new Error('never loaded');\n",
    "flows/review.test.ts": "import 'millrace'; throw new Error('never loaded');\n",
    "flows/other.yaml": "services:\n  web: {}\n",
    "flows/twice.ts": `import { flow } from "millrace";
export const again = flow("good").step("go", () => 2);
export { good } from "./built.ts";
`,
    "good folder ü/a b.ts": `import { Flow, start } from "millrace";
export default class Spaced extends Flow { @start() go() { return 1; } }
`,
    "empty/readme.txt": "nothing\n",
  });
});
afterAll(() => project.remove());

const lines = (stdout: string) => stdout.trimEnd().split("\n");
const cells = (stdout: string) => lines(stdout).map((line) => line.split("\t").slice(0, 3));

test("problems of classes stand where their steps are written, those of the flow at its name", async () => {
  const { code, stdout } = await project.run(["validate", "flows/class.ts"]);
  expect(code).toBe(2);
  expect(cells(stdout)).toEqual([
    ["ok", "flows/class.ts#Fine"],
    ["PLAN_NO_START", "flows/class.ts:10:14", ""],
    ["PLAN_UNKNOWN_TRIGGER", "flows/class.ts:10:57", "go"],
    ["PLAN_UNKNOWN_TRIGGER", "flows/class.ts:6:3", "write"],
    ["PLAN_UNKNOWN_TRIGGER", "flows/class.ts:7:46", "publish"],
  ]);
});

test("a flow that is built wrong is told, and does not hide the others of its file", async () => {
  const { code, stdout } = await project.run(["validate", "flows/built.ts", "--json"]);
  const { flows } = JSON.parse(stdout);
  expect(code).toBe(2);
  expect(flows.map(({ where, ok }: { where: string; ok: boolean }) => [where, ok])).toEqual([
    ["flows/built.ts#bad", false],
    ["flows/built.ts#good", true],
  ]);
  expect(flows[0].problems[0]).toMatchObject({ code: expect.stringMatching(/^PLAN_/), file: "flows/built.ts" });
  expect((await project.run(["run", "flows/built.ts#good", "-q"])).stdout).toBe("1\n");
  expect((await project.run(["run", "flows/built.ts#bad", "-q"])).code).toBe(2);
});

test("a folder is searched: all files with flows, all their problems, nothing else is loaded", async () => {
  const { code, stdout } = await project.run(["validate", "flows", "--json"]);
  expect(code).toBe(2);
  const { ok, flows } = JSON.parse(stdout);
  expect(ok).toBe(false);
  type Found = { where: string; problems: { code: string; place?: string }[] };
  const found = flows.flatMap(({ where, problems }: Found) =>
    problems.length === 0 ? [`ok ${where}`] : problems.map(({ code: error, place }) => `${error} ${place ?? where}`),
  );
  expect(found).toEqual(
    expect.arrayContaining([
      "DEFINITION_CONDITION_INVALID flows/deep/decorator.ts:2:14",
      "CLI_LOAD_FAILED flows/thrower.ts:3:7",
      "PLAN_UNKNOWN_TRIGGER flows/class.ts:6:3",
      "ok flows/built.ts#good",
      "CLI_FLOW_AMBIGUOUS flows/twice.ts#again",
      expect.stringMatching(/^DOCUMENT_FIELD_UNKNOWN flows\/doc\.yaml:3:\d+$/),
      expect.stringMatching(/^DOCUMENT_\w+ flows\/doc\.yaml:6:\d+$/),
    ]),
  );
  expect(stdout).not.toContain("never loaded");
  expect(stdout).not.toContain("other.yaml");
});

test("a glob in quotes is matched here, names with spaces too", async () => {
  const globbed = await project.run(["validate", "go*/*.ts"]);
  expect(globbed).toMatchObject({ code: 0, stdout: "ok\tgood folder ü/a b.ts#default\n" });
  const named = await project.run(["validate", "good folder ü"]);
  expect(named.stdout).toBe(globbed.stdout);
});

test("what is not there ends with 4, what is there beside it is checked", async () => {
  expect((await project.run(["validate", "flws"])).code).toBe(4);
  expect((await project.run(["validate", "empty"])).code).toBe(4);
  expect((await project.run(["validate", "none/*.ts"])).code).toBe(4);
  const { code, stdout } = await project.run(["validate", "good folder ü/a b.ts", "flows/clas.ts"]);
  expect(code).toBe(2);
  expect(stdout).toContain("ok\tgood folder ü/a b.ts");
  expect(stdout).toMatch(/CLI_FLOW_NOT_FOUND\tflows\/clas\.ts\t\t.*Did you mean flows\/class\.ts\?/);
});
