import { type Batch, type Claim, type FlowPersistence, MemoryPersistence, type NewRun } from "millrace";
import { describe, expect, test } from "vitest";
import { persistenceConformance } from "./conformance.js";
import { type Fault, faulty } from "./testing/faulty.js";

describe("MemoryPersistence", () => {
  const create = () => new MemoryPersistence();
  for (const check of persistenceConformance({ create, schedules: true })) test(check.name, check.run);
});

/** The claim that stands, whatever claim is given: no fencing. */
const newest = (claims: Map<string, Claim>, claim: Claim) => claims.get(claim.runId) ?? claim;

function withoutFence(store: MemoryPersistence): Partial<FlowPersistence> {
  const claims = new Map<string, Claim>();
  const keep = (claim: Claim) => {
    claims.set(claim.runId, claim);
    return claim;
  };
  return {
    create: (run) => keep(store.create(run)),
    claim: (id, owner) => keep(store.claim(id, owner)),
    append: (claim, batch) => store.append(newest(claims, claim), batch),
    rest: (claim, batch, rest) => store.rest(newest(claims, claim), batch, rest),
  };
}

const faults: readonly { readonly promise: string; readonly fault: Fault }[] = [
  { promise: "a stale claim writes nothing: append, rest, heartbeat and release", fault: withoutFence },
  {
    promise: "create refuses an id that is stored, and leaves that run as it was",
    fault: (store) => ({
      create(run: NewRun) {
        if (store.get(run.id) === undefined) return store.create(run);
        return { runId: run.id, epoch: 1, owner: run.owner };
      },
    }),
  },
  {
    promise: "claim takes a released run, with a higher epoch, and its status stays running",
    fault: (store) => ({ claim: (id, owner) => ({ ...store.claim(id, owner), epoch: 1 }) }),
  },
  {
    promise: "appends of one run made without waiting are stored in the order of the calls",
    fault: (store) => ({
      async append(claim: Claim, batch: Batch) {
        for (let i = 0; i < batch.rows[0]!.seq % 3; i++) await null;
        store.append(claim, batch);
      },
    }),
  },
  {
    promise: "rest finds an unread message: it answers false, stores nothing, and the claim stands",
    fault: (store) => ({ rest: (claim, batch, rest) => store.rest(claim, { ...batch, inboxRead: 99 }, rest) }),
  },
  {
    promise: "rest finds an unread message: it answers false, stores nothing, and the claim stands",
    fault: (store) => ({
      rest(claim, batch, rest) {
        const rested = store.rest(claim, { ...batch, rows: [] }, rest);
        if (!rested) store.append(claim, batch);
        return rested;
      },
    }),
  },
  {
    promise: "post drops a repeat of an id and answers the first one's position; ids are the run's own",
    fault: (store) => ({ post: (id, { id: _, ...message }) => store.post(id, message) }),
  },
  {
    promise: "watch wakes after a post, not from within, until it is ended",
    fault: () => ({ watch: () => () => undefined }),
  },
  {
    promise: "watch wakes after a post, not from within, until it is ended",
    fault: (store) => ({
      watch(id, wake) {
        store.watch(id, wake);
        return () => undefined;
      },
    }),
  },
  {
    promise: "load answers the newest snapshot and the rows after it",
    fault: (store) => ({
      load(id) {
        const run = store.load(id);
        return run && { ...run, rows: store.history(id) };
      },
    }),
  },
  {
    promise: "list answers pages that follow each other without a gap or a repeat",
    fault: (store) => ({
      list(query) {
        const page = store.list(query);
        const [createdAt, order] = page.next?.split(".") ?? [];
        return page.next === undefined ? page : { ...page, next: `${createdAt}.${Number(order) - 1}` };
      },
    }),
  },
  {
    promise: "list filters by flow, status, session, parent and time, alone and together",
    fault: (store) => ({
      list: ({ to, ...query }) => store.list({ ...query, ...(to !== undefined && { to: to + 1 }) }),
    }),
  },
  {
    promise: "a run of a session may stand on an older one than the newest, or on none: both are kept",
    fault: (store) => ({
      create: ({ continues, ...run }) => {
        const { previous } = run;
        return store.create({
          ...run,
          ...(previous && { continues: previous }),
          ...(!previous && continues && { continues }),
        });
      },
    }),
  },
  {
    promise: "every kind of entry survives, with every kind of value",
    fault: (store) => ({
      create: (run) => store.create({ ...run, rows: JSON.parse(JSON.stringify(run.rows, plain)) }),
    }),
  },
  {
    promise: "prune filters like list",
    fault: (store) => ({ prune: ({ session: _, ...query }) => store.prune(query) }),
  },
  {
    promise: "prune goes by the time of the newest entry",
    fault: (store) => ({
      prune: ({ endedBefore, ...query }) => store.prune({ ...query, ...(endedBefore && { to: endedBefore }) }),
    }),
  },
  {
    promise: "a dry run counts what would go, and removes nothing",
    fault: (store) => ({ prune: ({ dryRun: _, ...query }) => store.prune(query) }),
  },
  {
    promise: "a removed run is found by no call, and its id is free for a run that has nothing of it",
    fault: (store) => ({
      prune(query) {
        const { runs, entries } = store.prune({ ...query, dryRun: true });
        return { runs, entries };
      },
    }),
  },
  {
    promise: "compact keeps a snapshot that is newer than its own",
    fault: (store) => ({
      compact: (id, snapshot) => store.compact(id, { ...snapshot, seq: store.get(id)?.position ?? 0 }),
    }),
  },
  {
    promise: "compact never drops the newest entry",
    fault: (store) => ({
      compact(id, snapshot) {
        const { entries, more } = store.compact(id, snapshot);
        return { entries: entries + 1, more };
      },
    }),
  },
  {
    promise: "after close every call is refused, and closing again is no error",
    fault: () => ({ close: () => undefined }),
  },
  {
    promise: "after close every call is refused, and closing again is no error",
    fault: () => ({ questions: () => ({ questions: [] }) }),
  },
  {
    promise: "watch wakes after a post, not from within, until it is ended",
    fault: (store) => ({
      watch(id, wake) {
        if (store.inbox(id, 0).length > 0) wake();
        return store.watch(id, wake);
      },
    }),
  },
  {
    promise: "rest reads the inbox position from its batch first, else from what was read before",
    fault: (store) => ({
      rest(claim, batch, rest) {
        const read = store.get(claim.runId)?.inboxRead ?? 0;
        return batch.inboxRead !== undefined && batch.inboxRead < read ? false : store.rest(claim, batch, rest);
      },
    }),
  },
  {
    promise: "rest opens and closes questions, or none when it finds a message; a stale claim none",
    fault: (store) => ({ rest: (claim, { questions: _, ...batch }, rest) => store.rest(claim, batch, rest) }),
  },
  {
    promise: "questions of a run stay open when it is claimed, and those of an ended one are listed again",
    fault: (store) => ({
      claim(id, owner) {
        const closed = store.questions({ runId: id }).questions.map((question) => question.id);
        const claim = store.claim(id, owner);
        store.append(claim, { rows: [], questions: { opened: [], closed } });
        return claim;
      },
    }),
  },
  {
    promise: "a plan outlives the runs that were created with it",
    fault: (store) => ({ plan: (hash) => (store.list({}).runs.length === 0 ? undefined : store.plan(hash)) }),
  },
  {
    promise: "a message keeps all that it holds",
    fault: (store) => ({
      post: (id, message) => store.post(id, { ...message, kind: message.kind === "cancel" ? "cancel" : "signal" }),
    }),
  },
  {
    promise: "a heartbeat of several claims prolongs all that stand, and answers those that are lost",
    fault: (store) => ({ heartbeat: (claims) => store.heartbeat(claims.slice(1)) }),
  },
  {
    promise: "of several writes at once only those that must fail do",
    fault: (store) => ({
      rest(claim, batch, rest) {
        try {
          return store.rest(claim, batch, rest);
        } catch {
          return false;
        }
      },
    }),
  },
];

const plain = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);

describe("a store that breaks a promise fails the check of that promise", () => {
  for (const [i, { promise, fault }] of faults.entries()) {
    test(`${i + 1}: ${promise}`, async () => {
      const checks = persistenceConformance({ create: () => faulty(fault) });
      const check = checks.find(({ name }) => name === promise);
      await expect(check?.run()).rejects.toThrow();
    });
  }
});

test("the checks of sharing are made only where a store can be opened again", () => {
  const create = () => new MemoryPersistence();
  const alone = persistenceConformance({ create });
  const shared = persistenceConformance({ create, reopen: create });
  expect(shared.length).toBeGreaterThan(alone.length);
  expect(new Set(shared.map(({ name }) => name)).size).toBe(shared.length);
});
