import { thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, row, signal } from "./samples.js";

export const closeChecks: Checks = {
  "after close every call is refused, and closing again is no error": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    const endWatch = store.watch("a", () => undefined);
    await store.close();
    const calls: Record<string, () => unknown> = {
      create: () => store.create(newRun("b")),
      claim: () => store.claim("a", thisOwner()),
      append: () => store.append(claim, { rows: [row(2)] }),
      rest: () => store.rest(claim, { rows: [] }, { status: "completed" }),
      heartbeat: () => store.heartbeat([claim]),
      release: () => store.release(claim),
      load: () => store.load("a"),
      post: () => store.post("a", signal("legal")),
      inbox: () => store.inbox("a", 0),
      watch: () => store.watch("a", () => undefined),
      get: () => store.get("a"),
      list: () => store.list({}),
      history: () => store.history("a"),
      prune: () => store.prune({}),
      compact: () => store.compact("a", { seq: 1, data: 1 }),
      tidy: () => store.tidy(),
      plan: () => store.plan("hash"),
      questions: () => store.questions({}),
    };
    for (const call of Object.values(calls)) await refuses("PERSISTENCE_CLOSED", call);
    endWatch();
    await store.close();
  },

  "a store that was never used can be closed": async ({ store }) => {
    await store.close();
    await refuses("PERSISTENCE_CLOSED", () => store.get("a"));
  },
};
