import { strict as assert } from "node:assert";
import { type Batch, type FlowPersistence, type Question, thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { everyValue, newRun, signal, start, takenRun } from "./samples.js";

function question(id: string, runId: string, over: Partial<Question> = {}): Question {
  return { id, runId, flow: "Review", step: "ask", number: 1, prompt: `${id}?`, schema: {}, askedAt: start, ...over };
}

function opening(...opened: readonly Question[]): Batch {
  return { rows: [], questions: { opened, closed: [] } };
}

async function ids(store: FlowPersistence, query: Parameters<FlowPersistence["questions"]>[0]): Promise<string[]> {
  return (await store.questions(query)).questions.map(({ id }) => id);
}

export const questionChecks: Checks = {
  "questions are open from the batch that opens them to the one that closes them": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    const asked = [question("q1", "a", { until: start + 9 }), question("q2", "a", { askedAt: start + 1 })];
    await store.append(claim, { rows: [], questions: { opened: asked, closed: [] } });
    assert.deepEqual((await store.questions({})).questions, asked);
    await store.append(claim, { rows: [], questions: { opened: [], closed: ["q1", "nobody's"] } });
    assert.deepEqual(await ids(store, {}), ["q2"]);
  },

  "a question keeps what is to be decided on, of any kind of value, and the outcomes": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    const approval = question("q", "a", { value: everyValue(), outcomes: ["yes", "no"] });
    await store.append(claim, { rows: [], questions: { opened: [approval], closed: [] } });
    assert.deepEqual((await store.questions({ id: "q" })).questions, [approval]);
  },

  "a question opened again under its id takes the place of the one before": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.append(claim, { rows: [], questions: { opened: [question("q", "a")], closed: [] } });
    const renamed = question("q", "a", { step: "ask people" });
    await store.append(claim, { rows: [], questions: { opened: [renamed], closed: [] } });
    assert.deepEqual((await store.questions({})).questions, [renamed]);
  },

  "questions are listed by how the ids of their runs begin": async ({ store }) => {
    const owners = ["abcdefghijklmnopqrst-_.", "abcdefghijklmnopqrst-A."];
    for (const owner of owners) {
      for (const n of [1, 2]) {
        const claim = await store.create(newRun(`${owner}${n}`));
        await store.append(claim, opening(question(`q${n} of ${owner}`, `${owner}${n}`)));
      }
    }
    const [runIdPrefix = ""] = owners;
    const of = [`q1 of ${runIdPrefix}`, `q2 of ${runIdPrefix}`];
    assert.deepEqual(await ids(store, { runIdPrefix }), of);
    assert.deepEqual(await ids(store, { runIdPrefix, flow: "Review" }), of);
    assert.deepEqual(await ids(store, { runIdPrefix, runId: `${runIdPrefix}2` }), [`q2 of ${runIdPrefix}`]);
    assert.equal((await ids(store, { runIdPrefix: "abc" })).length, 4);
    assert.deepEqual(await ids(store, { runIdPrefix: "x" }), []);
    const { next } = await store.questions({ runIdPrefix, limit: 1 });
    assert.deepEqual(await ids(store, { runIdPrefix, cursor: next! }), [`q2 of ${runIdPrefix}`]);
  },

  "questions of an ended run are not listed": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.append(claim, { rows: [], questions: { opened: [question("q", "a")], closed: [] } });
    await store.rest(claim, { rows: [] }, { status: "cancelled" });
    assert.deepEqual(await ids(store, {}), []);
  },

  "questions of a run stay open when it is claimed, and those of an ended one are listed again": async ({ store }) => {
    for (const status of ["waiting", "failed"] as const) {
      const claim = await store.create(newRun(status));
      await store.rest(claim, opening(question(`q ${status}`, status)), { status });
    }
    assert.deepEqual(await ids(store, {}), ["q waiting"]);
    for (const id of ["waiting", "failed"]) await store.claim(id, thisOwner());
    assert.deepEqual(await ids(store, {}), ["q failed", "q waiting"]);
  },

  "rest opens and closes questions, or none when it finds a message; a stale claim none": async ({ store }) => {
    const { stale, claim } = await takenRun(store, "a");
    await store.append(claim, opening(question("q1", "a")));
    const questions = { opened: [question("q2", "a")], closed: ["q1"] };
    await refuses("RUN_CLAIM_LOST", () => store.append(stale, { rows: [], questions }));
    await refuses("RUN_CLAIM_LOST", () => store.rest(stale, { rows: [], questions }, { status: "waiting" }));
    await store.post("a", signal("legal"));
    assert.equal(await store.rest(claim, { rows: [], questions }, { status: "waiting" }), false);
    assert.deepEqual(await ids(store, {}), ["q1"]);
    assert.equal(await store.rest(claim, { rows: [], questions, inboxRead: 1 }, { status: "waiting" }), true);
    assert.deepEqual(await ids(store, {}), ["q2"]);
  },

  "a removed run leaves no questions to one with its id": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.rest(claim, opening(question("q", "a")), { status: "failed" });
    assert.equal((await store.prune({})).runs, 1);
    await store.create(newRun("a"));
    assert.deepEqual(await ids(store, {}), []);
  },

  "questions are filtered by id, run and flow, and paged oldest first": async ({ store }) => {
    for (const [run, flow] of Object.entries({ a: "Review", b: "Review", c: "Other" })) {
      const claim = await store.create(newRun(run, { flow }));
      const opened = [1, 2].map((n) => question(`${run}${n}`, run, { flow, askedAt: start + 10 - n }));
      await store.append(claim, { rows: [], questions: { opened, closed: [] } });
    }
    assert.deepEqual(await ids(store, { id: "b2" }), ["b2"]);
    assert.deepEqual(await ids(store, { runId: "a" }), ["a2", "a1"]);
    assert.deepEqual(await ids(store, { flow: "Other" }), ["c2", "c1"]);
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await store.questions({ flow: "Review", limit: 3, ...(cursor !== undefined && { cursor }) });
      pages.push(page.questions.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(pages, [["a2", "b2", "a1"], ["b1"]]);
    await refuses("PERSISTENCE_QUERY_INVALID", () => store.questions({ limit: 0 }));
    await refuses("PERSISTENCE_QUERY_INVALID", () => store.questions({ cursor: "nowhere" }));
  },
};
