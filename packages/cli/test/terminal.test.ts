/** What a person sees and types: the command in a pseudo terminal. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";
import { hasTerminals, type SessionOptions, terminalSession } from "./terminal-session.js";

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const review = `
import { existsSync } from "node:fs";
import { approval, collect, Flow, forEach, listen, or, route, router, start } from "millrace";
import { z } from "zod";
export class Review extends Flow<any> {
  static state = z.object({ topic: z.string().min(3, "three letters at least"), rounds: z.number().default(0) });
  @start() research() { console.log("a step prints"); return "notes"; }
  @listen(or("research", "rework")) async write(notes: string) {
    this.state.rounds++;
    await new Promise((resolve) => setTimeout(resolve, 150));
    return notes;
  }
  @router("write", { routes: ["good", "rework"] }) check(draft: string) {
    return this.state.rounds < 3 ? route("rework", draft) : route("good", draft);
  }
  @listen("good") parts() { return Array.from({ length: 200 }, (_, i) => i); }
  @forEach("parts", { concurrency: 5 }) part(n: number) { return n; }
  @listen(collect("part")) sum(all: number[]) { return all.length + " parts on " + this.state.topic; }
}
export class Desk extends Flow<any> {
  @start() draft() { return { text: "On rivers." }; }
  @router("draft") review(draft: any) {
    return approval(draft, { message: "Publish?", outcomes: ["yes", "no"], schema: z.object({ note: z.string() }) });
  }
  @listen("yes") publish({ note }: any) { return "published: " + note; }
  @listen("no") drop({ note }: any) { return "dropped: " + note; }
}
export class Asks extends Flow {
  @start() async model() { this.addUsage({ tokens: 1200, "cents of a 世界": 0.1 }); this.addUsage({ "cents of a 世界": 0.2 }); }
  @listen("model") again() { this.addUsage({ tokens: 34 }); return "answered"; }
}
/** Its first step goes on when the test lets it. */
export class Slow extends Flow {
  @start() async wait() { while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20)); return "slept"; }
  @listen("wait") after() { return "after"; }
}
`;

const steady = (line: string) => line.replace(/<?\d+(\.\d+)?m?s\b/g, "T").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
const enter = "\r";

describe.skipIf(!hasTerminals)("at a terminal", () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await makeTestProject({ "flows.ts": review });
  });
  afterAll(() => project?.remove());

  const session = (args: readonly string[], options: Partial<SessionOptions> = {}) =>
    terminalSession([process.execPath, join(project.folder, "node_modules/.built/cli/src/bin.mjs"), ...args], {
      cwd: project.folder,
      ...options,
    });

  test("missing inputs are asked for, steps are drawn as they run, the result stands below", async () => {
    const at = session(["run", "flows.ts#Review"]);
    await at.untilSeen(/topic/);
    at.type(`ab${enter}`);
    await at.untilSeen(/three letters at least/);
    at.type(`c${enter}`);
    const { code, lines, written } = await at.ended;
    expect(code).toBe(0);
    const from = lines.findIndex((line) => line.startsWith("Review  "));
    expect(lines.slice(from).map(steady)).toEqual([
      "Review  ID",
      "a step prints",
      "✓ research  T",
      "✓ write ×3  T",
      "✓ check ×3  → rework ×2, good  T",
      "✓ parts  T",
      "✓ part  ████████████████████ 200/200  T",
      "✓ sum  T",
      "✓ completed after T",
      "200 parts on abc",
    ]);
    // the cursor was hidden, and came back
    expect(written.lastIndexOf("\u001B[?25h")).toBeGreaterThan(written.lastIndexOf("\u001B[?25l"));
  });

  test("a question is put to whoever is there, and the run goes on", async () => {
    const at = session(["run", "flows.ts#Desk"]);
    await at.untilSeen(/On rivers.*decide later/s);
    at.type(`\u001B[B`);
    at.type(enter);
    await at.untilSeen(/note/);
    at.type(`not yet${enter}`);
    const { code, lines } = await at.ended;
    expect(lines.at(-1)).toBe("dropped: not yet");
    expect(code).toBe(0);
  });

  test("Ctrl+C at a question leaves the run waiting", async () => {
    const at = session(["run", "flows.ts#Desk", "--id", "desk1"]);
    await at.untilSeen(/decide later/);
    at.type("\u0003");
    const { code, lines } = await at.ended;
    expect(code).toBe(130);
    expect(lines.join("\n")).toMatch(/waits for an answer: Publish\?.*answer desk1/s);
  });

  test("Ctrl+C while it runs stops it safely: what was drawn stays, the cursor comes back", async () => {
    const at = session(["run", "flows.ts#Slow", "--id", "slow1"]);
    await at.untilSeen(/⠙.* wait/);
    at.type("\u0003");
    await at.untilSeen(/running steps may finish/);
    project.write({ go: "" });
    const { code, lines, written } = await at.ended;
    expect(code).toBe(130);
    expect(lines.join("\n")).toContain("resume slow1");
    expect(written.lastIndexOf("\u001B[?25h")).toBeGreaterThan(written.lastIndexOf("\u001B[?25l"));
  });

  test.each([
    ["CI", { CI: "true" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ])("%s: lines that stay, no escape sequence, nothing asked", async (_name, env) => {
    const { code, written } = await session(["run", "flows.ts#Desk", "--no-prompt"], { env }).ended;
    expect(code).toBe(3);
    expect(written).toMatch(/step\.completed draft#1/);
    expect(written).not.toContain("\u001B");
  });

  test("NO_COLOR: drawn, without colours", async () => {
    const { code, written } = await session(["run", "flows.ts#Desk", "--no-prompt"], { env: { NO_COLOR: "1" } }).ended;
    expect(code).toBe(3);
    expect(written).toContain("✓ draft");
    expect(written).not.toContain("\u001B[32m");
  });

  test("what steps have used stands behind them, the sum at the end and with the run", async () => {
    const { lines } = await session(["run", "flows.ts#Asks", "--id", "asks"]).ended;
    expect(lines.slice(-4).map(steady)).toEqual([
      "✓ model  T · tokens 1200, cents of a 世界 0.3",
      "✓ again  T · tokens 34",
      "✓ completed after T · tokens 1234, cents of a 世界 0.3",
      "answered",
    ]);
    const { stdout } = await project.run(["runs", "show", "asks"]);
    expect(stdout).toContain("usage\ttokens 1234, cents of a 世界 0.3\n");
    const shown = JSON.parse((await project.run(["runs", "show", "asks", "--json"])).stdout);
    expect(shown.usage.tokens).toBe(1234);
    const { stdout: told, stderr } = await project.run(["run", "flows.ts#Asks", "--jsonl"]);
    expect(JSON.parse(told.trim().split("\n").at(-1)!)).toMatchObject({ type: "result", usage: { tokens: 1234 } });
    expect(stderr).toBe("");
  });

  test.each([20, 40, 80, 200])("runs and questions in %i columns: no line is broken", async (columns) => {
    const id = `wide-世界-${"x".repeat(30)}`;
    await project.run(["run", "flows.ts#Desk", "--id", id]);
    for (const args of [["runs", "list", "--status", "waiting"], ["questions"]]) {
      const { lines, written } = await session([...args, "--quiet"], { columns }).ended;
      // a head, and a line for each
      const rows = (await project.run([...args, "--quiet"])).stdout.trim().split("\n").length;
      expect(lines).toHaveLength(rows + 1);
      expect(lines.join("\n")).toContain(args[0] === "runs" ? "wai" : "wide");
      expect(written).toMatch(columns === 200 ? /x{30}/ : /wide/);
    }
  });

  test("a terminal of 20×5, and names that are longer than it: every line fits", async () => {
    const small = { columns: 20, rows: 5 };
    const { code, lines } = await session(["run", "flows.ts#Review", "--input", "topic=rivers"], small).ended;
    expect(code).toBe(0);
    expect(lines.filter((line) => /^. write/.test(line)).length).toBeLessThanOrEqual(2);
    expect(lines.at(-1)).toMatch(/rivers$/);
  });

  test("a narrow terminal: nothing of what was drawn is left behind", async () => {
    const { lines } = await session(["run", "flows.ts#Review", "--input", "topic=rivers"], { columns: 24 }).ended;
    const of = (step: string) => lines.filter((line) => line.includes(step));
    expect(of("write").map(steady)).toEqual(["✓ write ×3  T"]);
    expect(of("part ")).toHaveLength(1);
  });
});
