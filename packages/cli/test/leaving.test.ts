/** Whoever leaves at a question, or closes the terminal: the run waits, or was never begun, and the command says so. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";
import { hasTerminals, terminalSession } from "./terminal-session.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const flows = `
import { existsSync, writeFileSync } from "node:fs";
import { approval, Flow, router, listen, start } from "millrace";
import { z } from "zod";
const pause = () => new Promise((done) => setTimeout(done, 20));
export class Greet extends Flow<typeof Greet> {
  static inputs = z.object({ name: z.string() });
  @start() greet({ name }: { name: string }) { return "Hello, " + name; }
}
export class Desk extends Flow<any> {
  @start() draft() { return "On rivers."; }
  @router("draft") review(text: string) { return approval(text, { message: "Publish?", outcomes: ["yes", "no"] }); }
  @listen("yes") publish() { return "published"; }
}
export class Busy extends Flow<any> {
  static state = z.object({ id: z.string() });
  @start() before() { return 1; }
  @listen("before") async spin() {
    await new Promise((done) => setTimeout(done, 500));
    writeFileSync(this.state.id, String(process.pid));
    for (;;);
  }
}
/** Its first step goes on when the test lets it. */
export class Slow extends Flow {
  @start() async wait() { while (!existsSync("go")) await pause(); return "slept"; }
  @listen("wait") after() { return "after"; }
}
`;

describe.skipIf(!hasTerminals)("at a terminal", () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await makeTestProject({ "flows.ts": flows });
  });
  afterAll(() => project?.remove());

  const session = (...args: readonly string[]) =>
    terminalSession([process.execPath, join(project.folder, "node_modules/.built/cli/src/bin.mjs"), ...args], {
      cwd: project.folder,
    });
  const statusOf = async (id: string) => {
    const { code, stdout } = await project.run(["runs", "show", id, "--json"]);
    return code === 0 ? JSON.parse(stdout).run.status : code;
  };
  const esc = "\u001B";
  const showsCursor = (written: string) => written.lastIndexOf(`${esc}[?25h`) > written.lastIndexOf(`${esc}[?25l`);

  test.each([
    ["Ctrl+C", "\u0003"],
    ["Ctrl+D", "\u0004"],
    ["Ctrl+D where something was typed and deleted", "ab\u007F\u007F\u0004"],
    ["Escape", esc],
  ])("%s at an input: nothing was begun", async (_name, keys) => {
    const at = session("run", "flows.ts#Greet", "--id", "never");
    await at.untilSeen(/name/);
    for (const key of keys) at.type(key);
    const { code, lines, written } = await at.ended;
    expect(code).toBe(130);
    expect(lines.join("\n")).toContain("CLI_INTERRUPTED");
    expect(showsCursor(written)).toBe(true);
    expect(await statusOf("never")).toBe(4);
  });

  test("Ctrl+D within what is typed deletes, as in a shell", async () => {
    const at = session("run", "flows.ts#Greet");
    await at.untilSeen(/name/);
    for (const keys of ["Adax", `${esc}[D`, "\u0004", "\r"]) at.type(keys);
    const { code, lines } = await at.ended;
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: "Hello, Ada" });
  });

  test.each([
    ["Ctrl+C", "\u0003"],
    ["Ctrl+D", "\u0004"],
  ])("%s at a question: the run waits", async (name, key) => {
    const id = name.replace("+", "-");
    const at = session("run", "flows.ts#Desk", "--id", id);
    await at.untilSeen(/decide later/);
    at.type(key);
    const { code, lines } = await at.ended;
    expect(code).toBe(130);
    expect(lines.join("\n")).toMatch(new RegExp(`waits for an answer: Publish\\?.*answer ${id}/review/1`, "s"));
    expect(await statusOf(id)).toBe("waiting");
  });

  test("a terminal that closes at a question: the run waits", async () => {
    const at = session("run", "flows.ts#Desk", "--id", "hung");
    await at.untilSeen(/decide later/);
    at.hangUp();
    await at.ended;
    await vi.waitFor(async () => expect(await statusOf("hung")).toBe("waiting"), { timeout: 90_000 });
    expect((await project.run(["answer", "hung/review/1", "--outcome", "yes"])).stdout).toBe("published\n");
  });

  test("a terminal that closes while a run is drawn: what runs may finish, nothing new starts", async () => {
    const at = session("run", "flows.ts#Slow", "--id", "closed");
    await at.untilSeen(/⠙.* wait/);
    at.hangUp();
    await at.ended;
    project.write({ go: "" });
    const standing = async () => JSON.parse((await project.run(["runs", "show", "closed", "--json"])).stdout).run;
    await vi.waitFor(async () => expect(await standing()).toMatchObject({ status: "running", owned: false }), {
      timeout: 90_000,
      interval: 500,
    });
    expect((await project.run(["runs", "events", "closed"])).stdout).toContain("completed\twait#1");
    expect((await project.run(["resume", "closed"])).stdout).toBe("after\n");
  });
});

describe.skipIf(!hasTerminals)("a step that never yields", () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await makeTestProject({ "flows.ts": flows });
  });
  afterAll(() => project?.remove());

  const spins = async (id: string) => {
    const bin = join(project.folder, "node_modules/.built/cli/src/bin.mjs");
    const command = [process.execPath, bin, "run", "flows.ts#Busy", "--id", id, "-i", `id=${id}`];
    const at = terminalSession(command, { cwd: project.folder });
    await vi.waitFor(() => expect(existsSync(join(project.folder, id))).toBe(true), { timeout: 90_000 });
    return { at, pid: Number(readFileSync(join(project.folder, id), "utf8")) };
  };
  const events = async (id: string) => (await project.run(["runs", "events", id])).stdout;

  test("Ctrl+C twice leaves, and what had finished is stored", async () => {
    const { at } = await spins("busy");
    const pressing = setInterval(() => at.type("\u0003"), 1500);
    await at.untilSeen(/keeps the process busy/);
    const { code, written } = await at.ended;
    clearInterval(pressing);
    expect(code).toBe(130);
    expect(written).not.toContain("INTERNAL");
    expect(written.lastIndexOf("\u001B[?25h")).toBeGreaterThanOrEqual(written.lastIndexOf("\u001B[?25l"));
    expect(await events("busy")).toContain("completed\tbefore#1");
  });

  test("where its terminal was closed it does not spin on", async () => {
    const { at, pid } = await spins("unseen");
    at.hangUp();
    await at.ended;
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 90_000, interval: 100 });
    expect(await events("unseen")).toContain("completed\tbefore#1");
  });
});

test("SIGHUP without a terminal stops as SIGTERM does", async () => {
  const project = await makeTestProject({ "flows.ts": flows });
  const running = project.start(["run", "flows.ts#Slow", "--id", "hup"]);
  await running.untilSaid(/step\.started .*wait/);
  running.process.kill("SIGHUP");
  await running.untilSaid(/running steps may finish/);
  project.write({ go: "" });
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("millrace resume hup");
  project.remove();
});
