/** The real command, stopped by real signals and killed, and what is left of its runs. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "slow.ts": `
import { existsSync } from "node:fs";
import { Flow, listen, start } from "millrace";
import { z } from "zod";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Two steps, of which one goes on when the test lets it. */
export class Slow extends Flow<typeof Slow> {
  static state = z.object({ id: z.string(), held: z.enum(["one", "two"]) });
  async hold(step: string) { while (step === this.state.held && !existsSync(this.state.id + ".go")) await pause(20); }
  @start() async one() { await this.hold("one"); return 1; }
  @listen("one") async two(n: number) { await this.hold("two"); return n + 1; }
}
export class Late extends Flow {
  @start() one() { return 1; }
  @listen("one") async two(n: number) { await pause(800); return n + 1; }
}
export class Long extends Flow {
  @start() async go() {
    return new Promise((_, reject) => {
      const timer = setTimeout(() => undefined, 60_000);
      this.call.abortSignal.addEventListener("abort", () => { clearTimeout(timer); reject(new Error("told to stop")); });
    });
  }
}
export class Sleeps extends Flow { @start() async nap() { await this.sleep("1h"); } }
`,
  });
});
afterAll(() => project.remove());

const started = (id: string, held: "one" | "two", ...flags: string[]) =>
  project.start(["run", "slow.ts#Slow", "--id", id, "-i", `id=${id}`, "-i", `held=${held}`, ...flags]);
/** The step that is held goes on. */
const letGo = (id: string) => project.write({ [`${id}.go`]: "" });
const status = async (id: string) => JSON.parse((await project.run(["runs", "show", id, "--json"])).stdout).run;
const resumed = async (id: string) => JSON.parse((await project.run(["resume", id, "--json"])).stdout);

test.each(["SIGINT", "SIGTERM"] as const)(
  "one %s: what runs may finish, nothing new starts, resume goes on",
  async (signal) => {
    const running = started(signal, "one");
    await running.untilSaid(/step\.started .*one/);
    running.process.kill(signal);
    await running.untilSaid(/running steps may finish/);
    letGo(signal);
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain(`millrace resume ${signal}`);
    expect(stderr).toMatch(/step\.completed .*one/);
    expect(await status(signal)).toMatchObject({ status: "running", owned: false });
    expect(await resumed(signal)).toMatchObject({ ok: true, output: 2 });
    expect((await project.run(["runs", "events", signal])).stdout.match(/completed\tone/g)).toHaveLength(1);
  },
);

test("the second Ctrl+C leaves at once; recover takes the run up", async () => {
  const running = started("twice", "two");
  await running.untilSaid(/step\.started .*two/);
  running.process.kill("SIGINT");
  await running.untilSaid(/again to leave/);
  running.process.kill("SIGINT");
  expect((await running.ended).code).toBe(130);
  letGo("twice");
  const recovered = JSON.parse((await project.run(["recover", "--json"])).stdout);
  expect(recovered.runs).toContainEqual(expect.objectContaining({ id: "twice", status: "completed" }));
});

test("--json and --jsonl tell that a run was stopped, with the same exit code", async () => {
  const running = started("json", "one", "--jsonl");
  await new Promise((resolve) => running.process.stdout!.once("data", resolve));
  running.process.kill("SIGINT");
  await running.untilSaid(/running steps may finish/);
  letGo("json");
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  const last = JSON.parse(stdout.trim().split("\n").at(-1)!);
  expect(last).toMatchObject({ type: "result", ok: false, id: "json", error: { code: "RUN_STOPPED" } });
});

test("kill -9, then recover: finished steps do not run again", async () => {
  const running = started("killed", "two");
  await running.untilSaid(/step\.started .*two/);
  running.process.kill("SIGKILL");
  await running.ended;
  letGo("killed");
  const { code, stdout } = await project.run(["recover"]);
  expect(code).toBe(0);
  expect(stdout).toContain("killed\tSlow\tcompleted\t\n");
  expect((await project.run(["runs", "events", "killed"])).stdout.match(/completed\tone/g)).toHaveLength(1);
});

test("recover tells why a run can't be driven, also with --quiet", async () => {
  project.write({
    "broken.ts": `import { Flow, start } from "millrace";
    export class Broken extends Flow { @start() async go() { await new Promise((done) => setTimeout(done, 60_000)); } }`,
  });
  const running = project.start(["run", "broken.ts", "--id", "broken", "--database", "broken.db"]);
  await running.untilSaid(/step\.started/);
  running.process.kill("SIGKILL");
  await running.ended;
  project.write({ "broken.ts": "export const { nonsense" });
  const { code, stderr } = await project.run(["recover", "--quiet", "--database", "broken.db"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("error CLI_LOAD_FAILED") });
});

test("a run that another process drives is not driven twice, and is cancelled there", async () => {
  const running = project.start(["run", "slow.ts#Long", "--id", "owned"]);
  await running.untilSaid(/step\.started/);
  const { code, stderr } = await project.run(["resume", "owned"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("RUN_OWNED") });
  expect((await project.run(["cancel", "owned", "--reason", "enough"])).code).toBe(0);
  const ended = await running.ended;
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("enough") });
});

test("a run that takes too long ends with 124 and can be resumed", async () => {
  const { code, stderr } = await project.run(["run", "slow.ts#Late", "--id", "late", "--timeout", "200ms"]);
  expect(code).toBe(124);
  expect(stderr).toContain("millrace resume late");
  expect(await resumed("late")).toMatchObject({ ok: true, output: 2 });
});

test("a run that sleeps is left where that is wanted", async () => {
  const { code, stderr } = await project.run(["run", "slow.ts#Sleeps", "--id", "sleeps", "--return-on-sleep"]);
  expect(code).toBe(3);
  expect(stderr).toContain("millrace resume sleeps");
});
