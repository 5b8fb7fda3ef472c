import { strict as assert } from "node:assert";
import { setTimeout as delay } from "node:timers/promises";
import { type Checks, eventually, refuses } from "./check.js";
import { everyValue, newRun, restedRun, signal } from "./samples.js";

export const inboxChecks: Checks = {
  "post numbers messages from 1 without gaps, and inbox answers those after a position": async ({ store }) => {
    await store.create(newRun("a"));
    const messages = ["one", "two", "three"].map((name) => signal(name));
    for (const [i, message] of messages.entries()) {
      assert.deepEqual(await store.post("a", message), { position: i + 1, repeated: false });
    }
    const stored = messages.map((message, i) => ({ ...message, position: i + 1 }));
    assert.deepEqual(await store.inbox("a", 0), stored);
    assert.deepEqual(await store.inbox("a", 2), stored.slice(2));
    assert.deepEqual(await store.inbox("a", 3), []);
    assert.deepEqual(await store.inbox("nobody", 0), []);
  },

  "posts at once get positions of their own": async ({ store }) => {
    await store.create(newRun("a"));
    await store.create(newRun("b"));
    const answers = await Promise.all(Array.from({ length: 20 }, async (_, i) => store.post("a", signal(`${i}`))));
    assert.deepEqual(
      answers.map((answer) => answer.position).sort((x, y) => x - y),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    assert.equal((await store.inbox("a", 0)).length, 20);
  },

  "post drops a repeat of an id and answers the first one's position; ids are the run's own": async ({ store }) => {
    await store.create(newRun("a"));
    await store.create(newRun("b"));
    await store.post("a", signal("other"));
    assert.deepEqual(await store.post("a", signal("first", { id: "x" })), { position: 2, repeated: false });
    assert.deepEqual(await store.post("a", signal("second", { id: "x" })), { position: 2, repeated: true });
    assert.deepEqual(await store.post("b", signal("first", { id: "x" })), { position: 1, repeated: false });
    assert.deepEqual(
      (await store.inbox("a", 0)).map((message) => message.name),
      ["other", "first"],
    );
  },

  "a repeat of a message that was read long ago is dropped too": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.post("a", signal("first", { id: "x" }));
    await store.append(claim, { rows: [], inboxRead: 1 });
    assert.deepEqual(await store.post("a", signal("first", { id: "x" })), { position: 1, repeated: true });
    assert.deepEqual(await store.inbox("a", 1), []);
    assert.deepEqual(await store.post("a", signal("next")), { position: 2, repeated: false });
  },

  "post refuses a run that is not stored": async ({ store }) => {
    await refuses("RUN_NOT_FOUND", () => store.post("nobody", signal("legal")));
  },

  "post refuses an ended run, except for a repeat; a parked one takes it": async ({ store }) => {
    for (const status of ["completed", "failed", "cancelled"] as const) {
      const claim = await store.create(newRun(status));
      await store.post(status, signal("legal", { id: "x" }));
      await store.rest(claim, { rows: [], inboxRead: 1 }, { status });
      await refuses("RUN_ENDED", () => store.post(status, signal("late")));
      await refuses("RUN_ENDED", () => store.post(status, signal("late", { id: "y" })));
      assert.deepEqual(await store.post(status, signal("legal", { id: "x" })), { position: 1, repeated: true });
    }
    await restedRun(store, newRun("parked"), { status: "waiting" });
    assert.deepEqual(await store.post("parked", signal("legal")), { position: 1, repeated: false });
  },

  "a message keeps all that it holds": async ({ store }) => {
    await store.create(newRun("a"));
    const messages = [
      signal("legal", { id: "x", payload: everyValue() }),
      signal("empty", { payload: undefined }),
      { kind: "cancel" as const, name: "too long", payload: null, at: 5 },
      { kind: "answer" as const, name: "question 1", payload: { outcome: "yes" }, at: 6 },
      { kind: "child" as const, name: "a/ask/1/Child-1", payload: undefined, at: 7, id: "child" },
    ];
    for (const message of messages) await store.post("a", message);
    const stored = await store.inbox("a", 0);
    for (const [i, message] of messages.entries()) {
      const { payload, ...rest } = message;
      const { payload: storedPayload, position, ...storedRest } = stored[i]!;
      assert.equal(position, i + 1);
      assert.deepEqual(storedRest, rest);
      assert.deepEqual(storedPayload, payload);
    }
  },

  "watch wakes after a post, not from within, until it is ended": async ({ store }) => {
    await store.create(newRun("a"));
    await store.create(newRun("b"));
    const woken = { first: 0, second: 0, other: 0, late: 0 };
    const endFirst = store.watch("a", () => woken.first++);
    const endSecond = store.watch("a", () => woken.second++);
    const endOther = store.watch("b", () => woken.other++);
    const posting = store.post("a", signal("one"));
    const endLate = store.watch("a", () => woken.late++);
    assert.deepEqual(woken, { first: 0, second: 0, other: 0, late: 0 });
    await posting;
    await eventually("both watchers are woken", () => woken.first > 0 && woken.second > 0);
    endFirst();
    endFirst();
    const { first, second } = woken;
    await store.post("a", signal("two"));
    await eventually("the second watcher is woken again", () => woken.second > second);
    await delay(20);
    assert.equal(woken.first, first);
    await store.post("b", signal("three"));
    await eventually("the other run's watcher is woken", () => woken.other > 0);
    endSecond();
    endOther();
    endLate();
  },
};
