import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../tools/processes/src/bundle.js";
import { runProcess } from "../../tools/processes/src/run-process.js";
import { Article } from "./article.js";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "approval-"));
  await bundle([main], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the desk, a process for each command: both must be content, and late is late", { timeout: 120_000 }, async () => {
  const desk = (...args: readonly string[]) =>
    runProcess([join(folder, "main.mjs"), ...args, "--file", join(folder, "desk.db")]);
  const begun = await desk("new", "mills");
  expect(begun.stdout).toContain("On mills, draft 1: as short as it can be.");
  const ids = (text: string) => text.match(/^\S+\/(?:edit|check)\/\d+/gm) ?? [];
  const [edit, check] = ids(begun.stdout).sort().reverse() as [string, string];
  expect((await desk()).stdout).toContain("Is it true? true or doubtful");

  const wrong = await desk(edit, "maybe");
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain("does not fit");
  expect((await desk(edit, "readable", "nice", "--by", "Ada")).stdout).not.toContain("draft 2");
  const again = await desk(check, "doubtful", "name the miller", "--by", "Bob");
  expect(again.stdout).toContain("draft 2: name the miller (Bob).");
  const late = await desk(edit, "clumsy", "no");
  expect(late.stderr).toContain("No question");

  const [edit2, check2] = ids(again.stdout).sort().reverse() as [string, string];
  await desk(check2, "true", "", "--by", "Bob");
  const done = await desk(edit2, "readable", "", "--by", "Ada");
  expect(done.stdout).toContain("Published: On mills, draft 2: name the miller (Bob).");
  expect(done.stdout).toContain("Nothing is open.");
  expect((await desk("late")).stdout).toContain("Nothing is open.");
});

test("what nobody has checked in three days is doubtful", async () => {
  let now = Date.UTC(2030, 0, 1);
  const clock = { now: () => now, setTimer: () => () => undefined };
  const desk = new Article({ clock });
  const { id } = await desk.kickoff({ topic: "rivers" });
  await desk.runs.answer(`${id}/edit/1`, { outcome: "readable", feedback: { by: "Ada", note: "" } });
  now += 3 * 86_400_000 + 1;
  const [run] = await desk.runs.recover();
  expect(run).toMatchObject({ id, status: "waiting", state: { drafts: 2 } });
  expect(run?.status === "waiting" && run.outputs.draft?.text).toContain("nobody has checked it (the clock)");
});
