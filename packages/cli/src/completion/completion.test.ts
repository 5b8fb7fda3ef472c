import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import { approval, Flow, router, start } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProgram } from "../program.js";
import { rememberFlow } from "../project/known-flows.js";
import { completionLines } from "./complete.js";

let cwd: string;
class Desk extends Flow {
  @start() draft() {
    return "x";
  }
  @router("draft") review(text: string) {
    return approval(text, { message: "Publish\tit?", outcomes: ["yes", "no"] });
  }
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "completion-"));
  rememberFlow(cwd, "Desk", "src/desk.ts#Desk");
  const persistence = new SqlitePersistence(join(cwd, ".millrace/millrace.db"));
  const desk = new Desk({ persistence });
  await desk.kickoff(undefined, { id: "desk-1" });
  await desk.kickoff(undefined, { id: "desk-2" });
  await persistence.close();
});
afterAll(() => rmSync(cwd, { recursive: true }));

async function names(...words: readonly string[]): Promise<readonly string[]> {
  const before = globalThis.console;
  try {
    const text = await completionLines(makeProgram("0.0.0"), words, cwd);
    return text
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t")[0]!);
  } finally {
    globalThis.console = before;
  }
}

test("commands, by what is typed of them", async () => {
  expect(await names("")).toEqual(expect.arrayContaining(["run", "resume", "doctor", "init", "completion", ":4"]));
  expect(await names("")).not.toContain("complete");
  expect(await names("doc")).toEqual(["doctor", ":4"]);
  expect(await names("--json", "doc")).toEqual(["doctor", ":4"]);
  expect(await names("--config", "a.ts", "doc")).toEqual(["doctor", ":4"]);
  expect(await names("no-such-command", "")).toEqual([":4"]);
});

test("flags of a command, and those of all", async () => {
  expect(await names("run", "--in")).toEqual(["--input", "--inputs", ":4"]);
  expect(await names("run", "--js")).toEqual(["--json", "--jsonl", ":4"]);
});

test("flows by name, else files", async () => {
  expect(await names("run", "")).toEqual(["Desk", ":0"]);
  expect(await names("run", "src/")).toEqual([":0"]);
  expect(await names("run", "Desk", "")).toEqual([":4"]);
  expect(await names("resume", "x", "--flow", "")).toEqual(["Desk", ":0"]);
  expect(await names("resume", "x", "--flow=D")).toEqual(["Desk", ":0"]);
});

test("runs, newest first, in this order", async () => {
  expect(await names("resume", "")).toEqual(["desk-2", "desk-1", ":36"]);
  expect(await names("resume", "desk-1")).toEqual(["desk-1", ":36"]);
});

test("shells", async () => {
  expect(await names("completion", "")).toEqual(["bash", "zsh", "fish", "powershell", ":4"]);
});

test("nothing of a project that can't be read", async () => {
  writeFileSync(join(cwd, "millrace.config.json"), "{ broken");
  expect(await names("resume", "")).toEqual([":36"]);
  rmSync(join(cwd, "millrace.config.json"));
});
