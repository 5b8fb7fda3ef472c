/** What a router has put before a human survives its process, and so does what was decided. */
import type { EntryOf } from "millrace";
import { expect, test } from "vitest";
import { atEveryWrite, crashLab, entriesIn, noneAgain, reading } from "./harness.js";

const { start, heir, place } = crashLab();

const decisions = JSON.stringify({
  "style of draft 1?": { outcome: "clumsy", feedback: { note: "shorter" } },
  "facts of draft 1?": { outcome: "false", feedback: { note: "wrong year" } },
  "style of draft 2?": { outcome: "fine", feedback: { note: "good" } },
  "facts of draft 2?": { outcome: "true", feedback: { note: "checked" } },
});

/** The keys of calls that have asked, as the journal has them. */
async function asked(file: string): Promise<string[]> {
  return (await entriesIn(file))
    .filter((entry): entry is EntryOf<"completed"> => entry.type === "completed" && entry.approval !== undefined)
    .map(({ step, number }) => `run:${step}:${number}`);
}

const decided = async (file: string): Promise<string[]> =>
  (await entriesIn(file)).flatMap((entry) => (entry.type === "answered" ? [entry.id] : []));

const open = (file: string): Promise<string[]> =>
  reading(file, async (store) => (await store.questions({})).questions.map(({ id }) => id).sort());

test("killed at every write while two review: who has asked does not run again, and is answered once", {
  timeout: 900_000,
}, async () => {
  await atEveryWrite(40, async (KILL_AT) => {
    const file = place();
    const CALL_LOG = place("log");
    const first = await start(["Desk", "go", file, "run"], { CALL_LOG, KILL_AT }).answer;
    await noneAgain(CALL_LOG, await asked(file), () => heir(["Desk", "go", file, "run"], { CALL_LOG }));
    const second = await noneAgain(
      CALL_LOG,
      await asked(file),
      () => start(["Desk", "answer", file, "run", decisions], { CALL_LOG, KILL_AT }).answer,
    );
    const { result, error } = await noneAgain(CALL_LOG, await asked(file), () =>
      heir(["Desk", "answer", file, "run", decisions], { CALL_LOG }),
    );
    expect(error).toBeUndefined();
    expect(result).toMatchObject({
      status: "completed",
      output: "draft 2: good, checked",
      state: { drafts: 2, style: 2, facts: 2, notes: ["shorter"] },
    });
    expect((await asked(file)).sort()).toEqual([
      ...["run:reviewFacts:1", "run:reviewFacts:2"],
      ...["run:reviewStyle:1", "run:reviewStyle:2"],
    ]);
    expect((await decided(file)).sort()).toEqual([
      ...["run/reviewFacts/1", "run/reviewFacts/2"],
      ...["run/reviewStyle/1", "run/reviewStyle/2"],
    ]);
    expect(await open(file)).toEqual([]);
    return first.killed || second.killed;
  });
});

test("two processes decide at once: one is told that it came too late, and the other's decision is what happens", {
  timeout: 300_000,
}, async () => {
  for (let round = 0; round < 5; round++) {
    const file = place();
    await heir(["Desk", "go", file, "run"]);
    const answers = await Promise.all(
      ["fine", "clumsy"].map((outcome) => {
        const decision = JSON.stringify({ outcome, feedback: { note: outcome } });
        return start(["Desk", "decide", file, "run/reviewStyle/1", decision]).answer;
      }),
    );
    const late = answers.findIndex(({ error }) => error !== undefined);
    expect(answers[late]?.error).toMatchObject({ code: "QUESTION_CLOSED" });
    expect(answers[1 - late]?.error).toBeUndefined();
    expect(await decided(file)).toEqual(["run/reviewStyle/1"]);
    const again = ["run/reviewFacts/1", "run/reviewFacts/2", "run/reviewStyle/2"];
    expect(await open(file)).toEqual(late === 1 ? ["run/reviewFacts/1"] : again);
  }
});

test("a decision that is stored and not taken in by the process that was killed is taken in by the next", {
  timeout: 180_000,
}, async () => {
  const file = place();
  await heir(["Desk", "go", file, "run"]);
  const decision = JSON.stringify({ outcome: "clumsy", feedback: { note: "shorter" } });
  const decide = ["Desk", "decide", file, "run/reviewStyle/1", decision] as const;
  expect((await start(decide, { KILL_AT: "after:1" }).answer).killed).toBe(true);
  expect((await heir(decide)).error).toMatchObject({ code: "QUESTION_CLOSED" });
  expect((await heir(["Desk", "go", file, "run"])).result).toMatchObject({
    status: "waiting",
    state: { drafts: 2, notes: ["shorter"] },
  });
});
