/** Conversations on the command line: piped by a script, typed at a terminal. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";
import { hasTerminals, terminalSession } from "./terminal-session.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const flows = `
import { ChatMessage, Flow, listen, start } from "millrace";
import { z } from "zod";
const textOf = (message: any) => message.parts.map((part: any) => part.text ?? "").join("");
const reply = (text: string) => ({ id: "reply", role: "assistant" as const, parts: [{ type: "text", text }] });

export class Notes extends Flow<any> {
  static inputs = z.object({ message: ChatMessage, owner: z.string().default("somebody") });
  static state = z.object({ notes: z.array(z.string()).default([]) });
  static output = ChatMessage;
  @start() note({ message, owner }: any) { this.state.notes.push(textOf(message)); return { owner, said: textOf(message) }; }
  @listen("note") async *answer({ owner, said }: any) {
    if (said === "fail") throw new Error("no such note");
    if (said === "tool") {
      const call = { toolCallId: "1", toolName: "look_up" };
      this.emit({ type: "tool-input-available", ...call, input: { id: 7 } });
      this.emit({ type: "tool-output-available", toolCallId: "1", output: { state: "found" } });
    }
    if (said === "delete") {
      const sure = await this.ask("Delete all?", { schema: z.boolean(), value: { notes: this.state.notes.length } });
      if (sure) this.state.notes = [];
    }
    if (said === "think") {
      yield "Let me think";
      await new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, 50_000);
        this.call.abortSignal.addEventListener("abort", () => { clearTimeout(timer); reject(new Error("ended")); });
      });
    }
    const text = owner + " has " + this.state.notes.length + " notes: " + this.state.notes.join();
    for (const word of text.split(/(?<= )/)) yield word;
    return reply(text);
  }
}
export class Told extends Flow<any> {
  static inputs = z.object({ message: ChatMessage, history: z.array(ChatMessage) });
  static output = ChatMessage;
  @start() answer({ message, history }: any) { return reply([...history, message].map(textOf).join(" | ")); }
}
export class Plain extends Flow<any> {
  static state = z.object({ topic: z.string() });
  @start() answer() { return this.state.topic; }
}
`;

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({ "flows.ts": flows });
});
afterAll(() => project?.remove());

describe("lines of a script", () => {
  test("each is a turn, its reply stands on standard output, and nothing else does", async () => {
    const { code, stdout, stderr } = await project.run(["chat", "flows.ts#Notes", "-i", "owner=Ada"], {
      stdin: "milk\n\ntool\n",
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "Ada has 1 notes: milk\nAda has 2 notes: milk,tool\n",
    });
    expect(stderr).toMatch(
      /^ {2}look_up \{"id":7\}\n {2}→ \{"state":"found"\}\nTo go on: .*chat flows.ts#Notes --session chat-\w+\n$/,
    );
  });

  test("a chat that is there goes on, with what it was given", async () => {
    const say = (...args: string[]) => project.run(["chat", "flows.ts#Notes", "--session", "bob", "--quiet", ...args]);
    expect(await say("-i", "owner=Bob", "-m", "milk")).toMatchObject({ stdout: "Bob has 1 notes: milk\n" });
    expect(await say("-m", "bread")).toMatchObject({ stdout: "Bob has 2 notes: milk,bread\n", stderr: "" });
    expect(await say("-m", " ")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("says nothing"),
    });
  });

  test("a flow that goes by the history is told it", async () => {
    const args = ["chat", "flows.ts#Told", "--session", "one"];
    const { stdout } = await project.run(args, { stdin: "a\nb\n" });
    expect(stdout).toBe("a\na | a | b\n");
    expect((await project.run([...args, "-m", "c"])).stdout).toBe("a | a | b | a | a | b | c\n");
  });

  test("as JSON: an object for each turn", async () => {
    const { stdout } = await project.run(["chat", "flows.ts#Notes", "--json"], { stdin: "milk\nbread\n" });
    const turns = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(turns).toMatchObject([
      { ok: true, status: "completed", reply: { parts: [{ text: "somebody has 1 notes: milk" }] } },
      { ok: true, status: "completed", reply: { parts: [{ text: "somebody has 2 notes: milk,bread" }] } },
    ]);
    expect(turns[1].session).toBe(turns[0].session);
  });

  test("the first turn that fails, or waits for people, is the last", async () => {
    const failed = await project.run(["chat", "flows.ts#Notes"], { stdin: "fail\nmilk\n" });
    expect(failed).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no such note") });
    const args = ["chat", "flows.ts#Notes", "--session", "asks"];
    const waits = await project.run(args, { stdin: "delete\nmilk\n" });
    expect(waits).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("Delete all?") });
    const still = await project.run([...args, "-m", "milk"]);
    expect(still).toMatchObject({ code: 3, stdout: "" });
    const id = /millrace answer (\S+)/.exec(waits.stderr)![1]!;
    expect(await project.run(["answer", id, "true"])).toMatchObject({ code: 0 });
    expect(await project.run([...args, "-m", "milk"])).toMatchObject({
      code: 0,
      stdout: "somebody has 1 notes: milk\n",
    });
  });

  test("a flow that is none says how it would become one", async () => {
    const { code, stderr } = await project.run(["chat", "flows.ts#Plain", "-m", "hi"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /CHAT_FLOW_INVALID Flow "Plain" is no chat: none of its inputs is a ChatMessage.*ChatMessage/s,
    );
  });

  test("without a store there is no chat, and none to go on with", async () => {
    project.write({ "broken.db": "no database".repeat(400) });
    const { code, stderr } = await project.run(["chat", "flows.ts#Notes", "-m", "hi", "--database", "broken.db"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error PERSISTENCE_NOT_A_DATABASE .*\n {2}→ .*\n$/);
  });

  test("run takes a text for a message too", async () => {
    const { stdout } = await project.run(["run", "flows.ts#Notes", "-i", "message=1", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ output: { parts: [{ text: "somebody has 1 notes: 1" }] } });
  });
});

describe.skipIf(!hasTerminals)("at a terminal", () => {
  const session = (...args: readonly string[]) =>
    terminalSession([process.execPath, join(project.folder, "node_modules/.built/cli/src/bin.mjs"), ...args], {
      cwd: project.folder,
    });

  test("what is typed is answered; Ctrl+C stops a reply, Ctrl+D ends the chat", async () => {
    const at = session("chat", "flows.ts#Notes", "--session", "typed");
    await at.untilSeen(/you: /);
    at.type("milk\r");
    await at.untilSeen(/1 notes: milk[\s\S]*you: /);
    at.type("think\r");
    await at.untilSeen(/Let me think/);
    at.type("\u0003");
    await at.untilSeen(/\(stopped\)[\s\S]*you: /);
    at.type("fail\r");
    await at.untilSeen(/no such note[\s\S]*you: /);
    at.type("bread\r");
    await at.untilSeen(/notes: milk,think,fail,bread[\s\S]*you: /);
    at.type("\u0004");
    const { code, lines } = await at.ended;
    expect(code).toBe(0);
    expect(lines.at(-1)).toContain("chat flows.ts#Notes --session typed");
  });

  test("a question is put, at once or when the chat is gone on with", async () => {
    const at = session("chat", "flows.ts#Notes", "--session", "asked");
    await at.untilSeen(/you: /);
    at.type("delete\r");
    await at.untilSeen(/"notes": 1[\s\S]*Delete all\?/);
    at.type("\u0003");
    await at.untilSeen(/waits for an answer[\s\S]*you: /);
    at.type("\u0004");
    const { code, lines } = await at.ended;
    expect(code).toBe(0);
    // that is said where a message is typed
    expect(lines).not.toContain("Ctrl+D ends the chat.");
    const again = session("chat", "flows.ts#Notes", "--session", "asked");
    await again.untilSeen(/Delete all\?/);
    again.type("\r");
    await again.untilSeen(/somebody has \d notes[\s\S]*you: /);
    again.type("\u0004");
    expect((await again.ended).code).toBe(0);
  });

  test("what is pasted is one text; lines that were typed ahead are turns of their own, and none is lost", async () => {
    const at = session("chat", "flows.ts#Notes", "--session", "pasted");
    await at.untilSeen(/you: /);
    at.type("\u001B[200~one\rtwo\r世界\u001B[201~");
    at.type(" end\r");
    await at.untilSeen(/1 notes: one\r\ntwo\r\n世界 end[\s\S]*you: /);
    at.type("a\rb\rc");
    await at.untilSeen(/3 notes: [\s\S]*,a,b[\s\S]*you: \S*c$/);
    at.type("d\r");
    await at.untilSeen(/4 notes: [\s\S]*,a,b,cd[\s\S]*you: /);
    at.type("think\r");
    await at.untilSeen(/Let me think/);
    at.type("e\rf\r");
    at.type("\u0003");
    await at.untilSeen(/\(stopped\)[\s\S]*you: /);
    at.type("g\r");
    await at.untilSeen(/notes: [\s\S]*,cd,think(,e,f)?,g[\s\S]*you: /);
    // a line that the editor would draw anew with each of its letters, and a text that comes together with its Enter
    at.type(`\u001B[200~${"x".repeat(30_000)}\u001B[201~y\r\u001B[200~1\r2\u001B[201~3\r`);
    await at.untilSeen(/notes: [\s\S]*,g,x{30000}y,1\r\n23[\s\S]*you: /);
    at.type("\u0004");
    const { code, written } = await at.ended;
    expect(code).toBe(0);
    expect(written.lastIndexOf("\u001B[?2004l")).toBeGreaterThan(written.lastIndexOf("\u001B[?2004h"));
  });

  test("Ctrl+C at any moment of a turn stops it at most, and the chat goes on", async () => {
    const at = session("chat", "flows.ts#Notes", "--session", "any");
    await at.untilSeen(/you: /);
    for (let i = 0; i < 8; i++) {
      at.type("think\r");
      // from then on Ctrl+C is a signal, and no key of the editor
      await at.untilSeen(new RegExp(`(?:\\?2004l[\\s\\S]*?){${i + 1}}`));
      await new Promise((resolve) => setTimeout(resolve, i * 6));
      at.type("\u0003");
      await at.untilSeen(new RegExp(`(?:(?:stopped\\)|is not sent)[\\s\\S]*?you: [\\s\\S]*?){${i + 1}}`));
    }
    at.type("\u0004");
    expect((await at.ended).code).toBe(0);
  });

  test("Ctrl+Z leaves to the shell, and fg comes back", async () => {
    const bin = join(project.folder, "node_modules/.built/cli/src/bin.mjs");
    const env = { PS1: "shell> ", HOME: project.folder };
    const at = terminalSession(["bash", "--norc", "--noprofile", "-i"], { cwd: project.folder, env });
    await at.untilSeen(/shell> /);
    at.type(`'${process.execPath}' '${bin}' chat flows.ts#Notes --session away\r`);
    await at.untilSeen(/you: /);
    at.type("half\u001A");
    await at.untilSeen(/Stopped[\s\S]*shell> /);
    at.type("fg\r");
    await at.untilSeen(/Stopped[\s\S]*you: half/);
    at.type(" whole\r");
    await at.untilSeen(/1 notes: half whole[\s\S]*you: /);
    at.type("delete\r");
    await at.untilSeen(/Delete all\?/);
    at.type("\u001A");
    await at.untilSeen(/Stopped[\s\S]*Stopped[\s\S]*shell> /);
    at.type("fg\r");
    await at.untilSeen(/Stopped[\s\S]*Stopped[\s\S]*shell> fg/);
    at.type("n");
    await at.untilSeen(/has 2 notes[\s\S]*you: /);
    at.type("\u0004");
    await at.untilSeen(/To go on[\s\S]*shell> /);
    at.type("exit\r");
    expect((await at.ended).code).toBe(0);
  });

  test("Ctrl+C where nothing is said tells how to end, and twice ends", async () => {
    const at = session("chat", "flows.ts#Notes");
    await at.untilSeen(/you: /);
    at.type("half a word\u0003");
    await at.untilSeen(/half a word[\s\S]*you: /);
    at.type("\u0003");
    at.type("\u0003");
    expect((await at.ended).code).toBe(130);
  });
});
