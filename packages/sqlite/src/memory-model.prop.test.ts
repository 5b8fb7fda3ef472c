// Whatever is written, in whatever order and however much of it at once: SQLite answers what MemoryPersistence answers.
import fc from "fast-check";
import {
  type Batch,
  type Claim,
  type EndStatus,
  FlowError,
  type FlowPersistence,
  type InboxMessage,
  type JournalRow,
  MemoryPersistence,
  type RunPosition,
  type RunQuery,
  type RunStatus,
  thisOwner,
} from "millrace";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SqlitePersistence } from "./sqlite-persistence.js";
import { at, newRun, rows } from "./testing/fixtures.js";

// Steps of pruning end early when their time is over: no time passes here.
beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const ids = ["a", "b", "c"];
const owner = thisOwner();
const id = fc.constantFrom(...ids);
const is = <V extends string>(verb: V) => fc.constant(verb);
const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const claim = fc.nat(5);
const batch = fc.record({ count: fc.nat(3), snapshot: fc.boolean(), inboxRead: maybe(0, 1, 2, 3) });
const restStatus = fc.constantFrom<"waiting" | EndStatus>("waiting", "completed", "failed", "cancelled");
/** Times, and runs that are parents and children of each other as a flow would make them. */
const waits = fc.array(
  fc.oneof(
    fc.constant(1),
    fc.record({ kind: fc.constant("timer"), name: fc.constant("nap"), until: fc.nat(9) }),
    fc.record({ kind: fc.constant("flow"), name: id }, { requiredKeys: ["kind", "name"] }),
  ),
  { maxLength: 2 },
);
/** What a run may be found by, and how it may be stored. */
const of = fc.record(
  {
    flow: fc.constantFrom("Review", "Order"),
    session: fc.constantFrom("s", "t"),
    parent: fc.constantFrom("a", "b"),
    forkedFrom: fc.record({ run: id, position: fc.nat(3) }),
    continues: fc.record({ run: id, position: fc.nat(3) }),
    rest: fc.record({ status: restStatus, waitingFor: waits }),
  },
  { requiredKeys: [] },
);

/** `claim` is the number of one that was given out, `count` how many rows follow on. */
const write = fc.oneof(
  fc.record({ verb: is("create"), id, count: fc.nat(2), createdAt: fc.nat(2), of, blind: fc.nat(3) }),
  fc.record({ verb: is("claim"), id }),
  fc.record({ verb: is("append"), claim, batch }),
  fc.record({ verb: is("rest"), claim, batch, status: restStatus, waitingFor: waits }),
  fc.record({ verb: is("release"), claim }),
  fc.record({ verb: is("heartbeat"), claim }),
  fc.record({ verb: is("post"), id, messageId: maybe("x", "y") }),
  fc.record({ verb: is("prune"), endedBefore: maybe(at + 1, at + 3), session: maybe("s", "t") }),
  fc.record({ verb: is("compact"), id, back: fc.nat(2) }),
);
type Write = typeof write extends fc.Arbitrary<infer W> ? W : never;

const query: fc.Arbitrary<RunQuery> = fc.record(
  {
    status: fc.uniqueArray(fc.constantFrom<RunStatus>("running", "waiting", "completed", "failed"), { maxLength: 3 }),
    flow: fc.constantFrom("Review", "Order"),
    session: fc.constantFrom("s", "t", "u"),
    forkedFrom: fc.constantFrom(...ids),
    continues: fc.constantFrom(...ids),
    parent: fc.constantFrom("a", "b"),
    idPrefix: fc.constantFrom("", "a", "b"),
    newestOf: fc.constantFrom("", "s", "u"),
    from: fc.nat(2),
    to: fc.nat(3),
    limit: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
);

/** A store and the claims that it gave out, in order. */
interface Side {
  readonly store: FlowPersistence;
  readonly claims: Claim[];
}

/** What a write comes to, in words that are the same for both sides: claims differ in their epochs. */
async function perform({ claims }: Side, call: () => unknown): Promise<unknown> {
  try {
    const answer = await call();
    if (!isClaim(answer)) return Array.isArray(answer) ? answer.map((lost: Claim) => lost.runId) : answer;
    claims.push(answer);
    return `claim of ${answer.runId}`;
  } catch (error) {
    if (FlowError.is(error)) return error.code;
    throw error;
  }
}

const isClaim = (answer: unknown): answer is Claim =>
  typeof answer === "object" && answer !== null && "epoch" in answer;

/** The rows of a write: those that follow on what its run holds in the model. */
function rowsOf(write: Write, model: Side): readonly JournalRow[] {
  if (write.verb === "create") return rows(1, write.count);
  if (write.verb !== "append" && write.verb !== "rest") return [];
  const claimed = model.claims.at(write.claim);
  const position = claimed === undefined ? 0 : ((model.store as MemoryPersistence).get(claimed.runId)?.position ?? 0);
  return rows(position + 1, position + write.batch.count);
}

/** The newest run of a session; most makers of a run have seen it. */
async function newestOf({ store }: Side, write: Write): Promise<RunPosition | undefined> {
  if (write.verb !== "create" || write.of.session === undefined || write.blind === 0) return undefined;
  const { flow = "Review", session } = write.of;
  const [newest] = (await store.list({ flow, session, limit: 1 })).runs;
  return newest && { run: newest.id, position: newest.position };
}

/** Where a compaction's snapshot stands: some entries before what the model's run holds. */
function seqOf(write: Write, { store }: Side): number {
  if (write.verb !== "compact") return 0;
  return Math.max(0, ((store as MemoryPersistence).get(write.id)?.position ?? 0) - write.back);
}

/** What both sides are told of where the model stands. */
interface Known {
  readonly next: readonly JournalRow[];
  readonly previous: RunPosition | undefined;
  readonly seq: number;
}

/** The call that a write is for one side. */
function callOf(write: Write, { store, claims }: Side, { next, previous, seq }: Known): () => unknown {
  switch (write.verb) {
    case "create": {
      const { id, createdAt, of } = write;
      const { parent, ...alone } = of;
      // no run is inside of itself
      const place = { ...alone, ...(parent !== undefined && parent < id && { parent }) };
      return () => store.create(newRun(id, { createdAt, rows: next, owner, ...place, ...(previous && { previous }) }));
    }
    case "claim":
      return () => store.claim(write.id, owner);
    case "prune": {
      const { endedBefore, session } = write;
      return () => store.prune({ ...(endedBefore && { endedBefore }), ...(session && { session }) });
    }
    case "compact":
      return () => store.compact(write.id, { seq, data: `to ${seq}` });
    case "post": {
      const message: InboxMessage = { kind: "signal", name: "legal", payload: write.id, at: 1 };
      return () => store.post(write.id, { ...message, ...(write.messageId && { id: write.messageId }) });
    }
  }
  const claim = claims.at(write.claim);
  if (claim === undefined) return () => "no claim";
  if (write.verb === "release") return () => store.release(claim);
  if (write.verb === "heartbeat") return () => store.heartbeat([claim]);
  const { snapshot, inboxRead } = write.batch;
  const written: Batch = {
    rows: next,
    ...(snapshot && next.length > 0 && { snapshot: { seq: next.at(-1)!.seq, data: next.length } }),
    ...(inboxRead !== undefined && { inboxRead }),
  };
  if (write.verb === "append") return () => store.append(claim, written);
  return () => store.rest(claim, written, { status: write.status, waitingFor: write.waitingFor });
}

async function everything({ store }: Side, queries: readonly RunQuery[]): Promise<unknown> {
  const runs = await Promise.all(
    ids.map(async (id) => {
      const run = await store.load(id);
      if (run === undefined) return undefined;
      return { run, history: await store.history(id), inbox: await store.inbox(id, run.record.inboxRead) };
    }),
  );
  const lists = await Promise.all(
    queries.map(async (asked) => {
      const page = await store.list(asked);
      const next = page.next === undefined ? undefined : await store.list({ ...asked, cursor: page.next });
      return [page.runs, next?.runs, next?.next === undefined];
    }),
  );
  const due = await Promise.all([0, 5, 9].map((until) => store.due({ until })));
  return { runs, lists, due: due.map(({ runs, nextDue }) => ({ runs, nextDue })) };
}

test("SQLite equals the memory model", { timeout: 300_000 }, async () => {
  const groups = fc.array(fc.array(write, { minLength: 1, maxLength: 5 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(groups, fc.array(query, { maxLength: 4 }), async (groups, queries) => {
      const model: Side = { store: new MemoryPersistence(), claims: [] };
      const real: Side = { store: new SqlitePersistence(":memory:"), claims: [] };
      for (const group of groups) {
        const seen = await Promise.all(group.map((write) => newestOf(model, write)));
        const results = group.map((write, i) => {
          const known = { next: rowsOf(write, model), previous: seen[i], seq: seqOf(write, model) };
          return [model, real].map((side) => perform(side, callOf(write, side, known)));
        });
        for (const [expected, found] of results) expect(await found).toEqual(await expected);
        expect(await everything(real, queries)).toEqual(await everything(model, queries));
      }
      await real.store.close();
    }),
    { numRuns: 200 },
  );
});
