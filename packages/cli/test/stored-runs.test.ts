/** What the command does with stored runs, in another process than the one that made them. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "desk.ts": `
import { Flow, and, approval, listen, router, signal, start } from "millrace";
import { z } from "zod";

const Legal = signal("legal", z.object({ ok: z.boolean() }));
export default class Desk extends Flow<typeof Desk> {
  static state = z.object({ topic: z.string(), drafts: z.number().default(0) });
  @start() draft() { this.state.drafts++; return this.state.topic; }
  @router("draft") review(text: string) {
    return approval(text, { message: "Publish it?", outcomes: ["approved", "rejected"] as const });
  }
  @listen("approved") price() { return this.ask("What does it cost?", { schema: z.number() }); }
  @listen("rejected") drop() { return "dropped"; }
  @listen(and("price", Legal)) publish({ price }: { price: number; legal: unknown }) { return { price }; }
}
export class Pay extends Flow {
  @start() async pay() {
    const { approved } = await this.ask("Pay?", { schema: z.object({ approved: z.boolean(), reason: z.string().optional() }) });
    return approved ? "paid" : "not paid";
  }
}
export class Fails extends Flow { @start() go() { throw new Error("no luck"); } }
export class Parent extends Flow {
  @start() async order() { return this.runFlow(Desk, { topic: "child" }); }
}
`,
  });
});
afterAll(() => project.remove());
beforeEach(() => rmSync(join(project.folder, ".millrace"), { recursive: true, force: true }));

const json = async (...args: string[]) => JSON.parse((await project.run([...args, "--json"])).stdout);
const begun = (id: string, topic = "rivers") => project.run(["run", "desk.ts", "--id", id, "-i", `topic=${topic}`]);

test("a run is decided on, asked, signalled and done, each by the command that was printed", async () => {
  const waiting = await begun("one");
  expect(waiting.code).toBe(3);
  expect(waiting.stdout).toBe("");
  const printed = (text: string) => /^\s+millrace (.+?)(?:\s{3}#.*)?$/m.exec(text)![1]!;
  const byPrint = (text: string, value?: string) =>
    project.run([
      ...printed(text)
        .replace(/ '<.*$/, "")
        .split(" "),
      ...(value === undefined ? [] : [value]),
    ]);
  const asked = await byPrint(waiting.stderr);
  expect(asked).toMatchObject({ code: 3, stderr: expect.stringContaining("What does it cost?") });
  const priced = await byPrint(asked.stderr, "12.5");
  expect(priced).toMatchObject({ code: 3, stderr: expect.stringContaining('signal "legal"') });
  const done = await byPrint(priced.stderr, '{"ok":true}');
  expect(done).toMatchObject({ code: 0, stdout: '{"price":12.5}\n' });
});

test("questions of a run inside another are answered for both", async () => {
  await project.run(["run", "desk.ts#Parent", "--id", "outer"]);
  const [{ id, flow }] = (await json("questions")).questions;
  expect(flow).toBe("Desk");
  expect((await project.run(["answer", id, "--outcome", "rejected"])).stdout).toBe("dropped\n");
  expect(await json("runs", "show", "outer")).toMatchObject({ run: { status: "completed" }, output: "dropped" });
});

test("yes and no are said as such", async () => {
  for (const [said, output] of [
    ["yes", "paid"],
    ["n", "not paid"],
    ['{"approved":false,"reason":"too much"}', "not paid"],
  ] as const) {
    await project.run(["run", "desk.ts#Pay", "--id", `pay ${said[0]}`]);
    const [{ id }] = (await json("questions")).questions;
    expect((await project.run(["answer", id, said])).stdout).toBe(`${output}\n`);
  }
});

test("answers and signals that don't fit are refused, and nothing is lost", async () => {
  await begun("one");
  const [{ id }] = (await json("questions")).questions;
  const refused = async (...args: string[]) => {
    const { code, stdout } = await project.run([...args, "--json"]);
    return [code, JSON.parse(stdout).error.code];
  };
  expect(await refused("answer", id, "--outcome", "aproved")).toEqual([2, "CLI_USAGE_INVALID"]);
  expect(await refused("answer", id)).toEqual([2, "CLI_USAGE_INVALID"]);
  expect(await refused("answer", "none", "1")).toEqual([4, "QUESTION_CLOSED"]);
  expect(await refused("signal", "one", "leagl")).toEqual([2, "SIGNAL_UNKNOWN"]);
  expect(await refused("signal", "one", "legal", '{"ok":1}')).toEqual([2, "SIGNAL_INVALID"]);
  expect(await refused("signal", "none", "legal")).toEqual([4, "RUN_NOT_FOUND"]);
  expect((await json("questions")).questions).toHaveLength(1);
});

test("runs are listed in pages, filtered, as lines that programs can cut", async () => {
  for (const id of ["a", "b", "c"]) await begun(id);
  await project.run(["run", "desk.ts#Fails", "--id", "f"]);
  const { stdout, stderr } = await project.run(["runs", "list", "--status", "waiting", "--limit", "2"]);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t").slice(0, 3)),
  ).toEqual([
    ["c", "Desk", "waiting"],
    ["b", "Desk", "waiting"],
  ]);
  const more = /millrace (runs list .*)$/m.exec(stderr)![1]!;
  expect((await project.run(more.split(" "))).stdout).toMatch(/^a\tDesk\twaiting\t/);
  const ids = async (...flags: string[]) =>
    (await json("runs", "list", ...flags)).runs.map((run: { id: string }) => run.id);
  expect(await ids("--flow", "Fails")).toEqual(["f"]);
  expect(await ids("--status", "failed,completed")).toEqual(["f"]);
  expect(await ids("--session", "none")).toEqual([]);
});

test("a run is shown, with its journal and the state of any moment", async () => {
  await begun("one");
  expect((await project.run(["runs", "show", "one"])).stdout).toContain("status\twaiting\n");
  const lines = (await project.run(["runs", "events", "one"])).stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  expect(lines.map(([seq, , type, call]) => [seq, type, call])).toEqual([
    ["1", "started", ""],
    ["2", "completed", "draft#1"],
    ["3", "completed", "review#1"],
  ]);
  expect(await json("runs", "state", "one")).toMatchObject({ state: { topic: "rivers", drafts: 1 } });
  expect((await project.run(["runs", "state", "one", "--at", "1"])).stdout).toBe('{"topic":"rivers","drafts":0}\n');
  expect((await project.run(["runs", "state", "one", "--at", "99"])).code).toBe(4);
  expect((await project.run(["runs", "state", "one", "--at", "darft"])).stderr).toContain('"draft"');
});

test("followed, a journal is told as it grows and ends with the run", async () => {
  await begun("one");
  const following = project.start(["runs", "events", "one", "--follow"]);
  await new Promise((resolve) => following.process.stdout!.once("data", resolve));
  const [{ id }] = (await json("questions")).questions;
  await project.run(["answer", id, "--outcome", "rejected"]);
  const { code, stdout } = await following.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/ended\t\tcompleted "dropped"\n$/);
});

test("a fork begins elsewhere with another state", async () => {
  await begun("one");
  const { stdout } = await project.run(["fork", "one", "--at", "1", "--state", "topic=lakes", "--id", "two"]);
  expect(stdout).toBe("two\n");
  const driven = await json("resume", "two");
  expect(driven).toMatchObject({ status: "waiting", state: { topic: "lakes" } });
  expect((await project.run(["fork", "one", "--run"])).code).toBe(3);
});

test("a cancelled run has ended; where its code is gone it is ended without", async () => {
  await begun("one");
  await begun("two");
  expect((await project.run(["cancel", "one"])).stdout).toBe("one\tcancelled\n");
  rmSync(join(project.folder, ".millrace/flows.json"));
  expect((await project.run(["cancel", "two"])).stdout).toBe("two\tcancelled\n");
  expect((await project.run(["cancel", "two"])).code).toBe(2);
});

test("a flow that nobody remembers is told by --flow", async () => {
  await begun("one");
  writeFileSync(join(project.folder, ".millrace/flows.json"), "damaged");
  expect(await json("resume", "one")).toMatchObject({ ok: false, error: { code: "CLI_FLOW_NOT_FOUND" } });
  expect((await project.run(["resume", "one", "--flow", "desk.ts"])).code).toBe(3);
});

test("ended runs are pruned, of all flows", async () => {
  await begun("one");
  await project.run(["run", "desk.ts#Fails", "--id", "f"]);
  expect((await project.run(["runs", "prune"])).code).toBe(2);
  expect((await project.run(["runs", "prune", "--older-than", "0ms", "--dry-run"])).stdout).toMatch(/^1\t/);
  expect((await project.run(["runs", "prune", "--status", "failed"])).stdout).toMatch(/^1\t/);
  expect((await json("runs", "list")).runs.map((run: { id: string }) => run.id)).toEqual(["one"]);
});

test("a session goes on from what its newest run left, --continue from what any run left", async () => {
  project.write({
    "count.ts": `import { Flow, start } from "millrace"; import { z } from "zod";
      export class Count extends Flow<typeof Count> {
        static state = z.object({ n: z.number().default(0) });
        @start() add() { this.state.n++; return this.state.n; }
      }`,
  });
  await project.run(["run", "count.ts", "--session", "s"]);
  expect((await project.run(["run", "count.ts", "--session", "s"])).stdout).toBe("2\n");
  const { id } = await json("run", "count.ts");
  const branches = [
    project.run(["run", "count.ts", "--continue", id]),
    project.run(["run", "count.ts", "--continue", id]),
  ];
  expect((await Promise.all(branches)).map(({ stdout }) => stdout)).toEqual(["2\n", "2\n"]);
  expect((await project.run(["run", "count.ts", "--continue", "none"])).code).toBe(4);
  expect((await project.run(["run", "count.ts", "--continue", id, "--session", "s"])).code).toBe(2);
});

test("a reader that goes away is no error", async () => {
  await begun("one");
  const { process, ended } = project.start(["runs", "events", "one", "--follow"]);
  process.stdout!.once("data", () => process.stdout!.destroy());
  const [{ id }] = (await json("questions")).questions;
  await project.run(["answer", id, "--outcome", "rejected"]);
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
});
