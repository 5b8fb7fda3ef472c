/**
 * Processes that talk to models are killed, and others go on: nothing that was answered and stored is bought again, no tool that has
 * answered is called again, and the end is that of an uninterrupted run.
 */
import { fileURLToPath } from "node:url";
import { type ModelServer, startModelServer } from "@millrace-tools/model-server";
import type { JournalEntry } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Child, crashLab, eachWrite, entriesIn, keysIn, reading } from "../../../sqlite/test/crash/harness.js";
import type { Command } from "./child.js";
import { answerTo, boughtMarks, markOf, talkMarkOf } from "./script.js";

const { start, heir, place } = crashLab<Command>(fileURLToPath(new URL("child.ts", import.meta.url)));
const tools = ["weather Rome", "weather Oslo", "pay 5", "reserve"];

let server: ModelServer;
/** Called with each chunk that is about to be sent. */
let chunkGoes: (mark: string, index: number) => unknown = () => {};
beforeAll(async () => {
  server = await startModelServer((request) => {
    const answer = answerTo(request);
    if (typeof answer === "string" || !("text" in answer || "calls" in answer || "json" in answer)) return answer;
    return { ...answer, beforeChunk: (index) => chunkGoes(markOf(request), index) };
  });
});
afterAll(() => server.close());

interface Place {
  readonly file: string;
  readonly CALL_LOG: string;
}
const newPlace = (): Place => ({ file: place(), CALL_LOG: place("log") });
const envOf = ({ CALL_LOG }: Place) => ({ CALL_LOG, MODEL_URL: server.url });
const go = ({ file }: Place): Command => [file, "run"];

/** The answers of models and tools that the run, and the run that it has started, keep. */
async function storedIn({
  file,
}: Place): Promise<{ readonly marks: readonly string[]; readonly tools: readonly string[] }> {
  const all = await reading(file, (store) =>
    store.list({ limit: 10 }).runs.flatMap(({ id }) => store.history(id).map(({ entry }) => entry)),
  );
  const text = JSON.stringify(all.filter(keepsAnswers));
  return {
    marks: boughtMarks.filter((mark) => text.includes(mark)),
    tools: tools.filter((tool) => text.includes(`done ${tool}`)),
  };
}

const keepsAnswers = ({ type }: JournalEntry) => type === "once" || type === "completed";

/** One life of the run: what `live` answers. Fails if it buys or does again what is stored. */
async function nothingAgain<T>(where: Place, live: () => Promise<T>): Promise<T> {
  const stored = await storedIn(where);
  const askedBefore = server.asked.length;
  const notedBefore = keysIn(where.CALL_LOG).length;
  const answer = await live();
  const asked = server.asked.slice(askedBefore).map(({ request }) => markOf(request));
  expect(asked.filter((mark) => stored.marks.includes(mark))).toEqual([]);
  const noted = keysIn(where.CALL_LOG).slice(notedBefore);
  expect(noted.filter((tool) => stored.tools.includes(tool))).toEqual([]);
  return answer;
}

/** What does not depend on when a run was killed. */
const endOf = ({ output, outputs, state, usage }: any) => ({ output, outputs, state, usage });

let expected: object;
beforeAll(async () => {
  const where = newPlace();
  const from = server.asked.length;
  const { result } = await start(go(where), envOf(where)).answer;
  expected = endOf(result);
  expect(
    server.asked
      .slice(from)
      .map(({ request }) => markOf(request))
      .sort(),
  ).toEqual([...boughtMarks, "absent-0"].sort());
  expect(keysIn(where.CALL_LOG).sort()).toEqual([...tools].sort());
});

async function finish(where: Place): Promise<void> {
  const { result, error } = await nothingAgain(where, () => heir(go(where), envOf(where)));
  expect(error).toBeUndefined();
  expect(endOf(result)).toEqual(expected);
  const entries = await entriesIn(where.file);
  expect(entries.filter(({ type }) => type === "completed")).toHaveLength(2);
  // what the tests go by is there
  expect(await storedIn(where)).toEqual({ marks: boughtMarks, tools });
}

test("the uninterrupted run is what it should be", () => {
  expect(expected).toMatchObject({
    output: { mood: "judge-0 likes it", text: "backup-0 says Rome", last: "closer-0 bids farewell" },
    state: { seen: ["plan", "review"] },
    usage: { "loop/planner:input_tokens": 70, "loop/planner:output_tokens": 18, "loop/clerk:requests": 1 },
  });
});

test("killed before or after every write, it goes on to the same end", { timeout: 300_000 }, async () => {
  await eachWrite(120, async (write) => {
    const where = newPlace();
    const KILL_AT = `${write % 2 ? "before" : "after"}:${write}`;
    const { killed } = await start(go(where), { ...envOf(where), KILL_AT }).answer;
    await finish(where);
    return killed;
  });
});

test.each(boughtMarks)("killed in the midst of the answer %s, it asks that again and nothing else", async (mark) => {
  const where = newPlace();
  let child: Child | undefined;
  chunkGoes = (at, index) => {
    if (at === mark && index === 2) child!.process.kill("SIGKILL");
  };
  child = start(go(where), envOf(where));
  expect((await child.answer).killed).toBe(true);
  chunkGoes = () => {};
  const from = server.asked.length;
  await finish(where);
  expect(server.asked.slice(from).map(({ request }) => markOf(request))).toContain(mark);
});

test("killed at every third write of every life", { timeout: 300_000 }, async () => {
  const where = newPlace();
  for (let life = 0; ; life++) {
    const { killed } = await nothingAgain(
      where,
      () => start(go(where), { ...envOf(where), KILL_AT: "after:3" }).answer,
    );
    if (!killed) break;
    expect(life).toBeLessThan(60);
  }
  await finish(where);
});

test("an agent of a document, killed before or after every third write", { timeout: 300_000 }, async () => {
  const TRIP = fileURLToPath(new URL("trip/trip.yaml", import.meta.url));
  const of = (where: Place) => [[where.file, "document"] as Command, { ...envOf(where), TRIP }] as const;
  const whole = newPlace();
  const expectedTrip = endOf((await start(...of(whole)).answer).result);
  expect(expectedTrip).toMatchObject({ output: { mood: "judge-0 likes it", last: "closer-0 bids farewell" } });
  expect(keysIn(whole.CALL_LOG).sort()).toEqual([...tools].sort());
  for (let write = 1; ; write += 3) {
    const where = newPlace();
    const [command, env] = of(where);
    const KILL_AT = `${write % 2 ? "before" : "after"}:${write}`;
    const { killed } = await start(command, { ...env, KILL_AT }).answer;
    const { result, error } = await nothingAgain(where, () => heir(command, env));
    expect(error).toBeUndefined();
    expect(endOf(result)).toEqual(expectedTrip);
    if (!killed) break;
    expect(write).toBeLessThan(120);
  }
});

test("stopped at every write, it goes on to the same end", { timeout: 300_000 }, async () => {
  await eachWrite(120, async (write) => {
    const where = newPlace();
    const { error } = await heir(go(where), { ...envOf(where), STOP_AT: String(write) });
    if (error) expect(error.code).toBe("RUN_STOPPED");
    await finish(where);
    return error !== undefined;
  });
});

test("two processes go on with it at once: one asks, and nothing twice", { timeout: 60_000 }, async () => {
  for (const write of [4, 9, 14]) {
    const where = newPlace();
    await start(go(where), { ...envOf(where), KILL_AT: `after:${write}` }).answer;
    const answers = await nothingAgain(where, () =>
      Promise.all([1, 2].map(() => start(go(where), envOf(where)).answer)),
    );
    for (const { error } of answers)
      if (error) expect(["RUN_OWNED", "RUN_CLAIM_LOST", "QUESTION_CLOSED"]).toContain(error.code);
    await finish(where);
    expect(keysIn(where.CALL_LOG).sort()).toEqual([...tools].sort());
  }
});

test("a conversation that is killed at every third write says, and sums up, what it would have", {
  timeout: 300_000,
}, async () => {
  const whole = newPlace();
  const from = server.asked.length;
  const expectedTalk = (await start([whole.file, "talk"], envOf(whole)).answer).result;
  const bought = server.asked.slice(from).map(({ request }) => talkMarkOf(request));
  expect(bought.filter((mark) => mark.startsWith("writer"))).not.toEqual([]);
  for (let write = 2; ; write += 3) {
    const where = newPlace();
    const before = server.asked.length;
    const { killed } = await start([where.file, "talk"], { ...envOf(where), KILL_AT: `after:${write}` }).answer;
    const { result, error } = await heir([where.file, "talk"], envOf(where));
    expect(error).toBeUndefined();
    expect(result).toEqual(expectedTalk);
    // killed when a write was stored: at most what was not yet stored is bought again
    const marks = server.asked.slice(before).map(({ request }) => talkMarkOf(request));
    expect(new Set(marks)).toEqual(new Set(bought));
    expect(marks.length - bought.length).toBeLessThanOrEqual(1);
    if (!killed) break;
    expect(write).toBeLessThan(80);
  }
});
