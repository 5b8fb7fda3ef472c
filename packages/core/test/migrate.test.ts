import { and, Flow, FlowError, listen, MemoryPersistence, or, route, router, signal, start, thisOwner } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const Go = signal("go", z.number());
const keys: string[] = [];

class Old extends Flow<typeof Old> {
  static flowName = "renamed";
  static version = "1";
  static state = z.object({ total: z.number().default(0) });
  @start() begin() {
    return 1;
  }
  @listen(or("begin", "again")) write(n: number) {
    this.state.total += n;
    return n;
  }
  @router(and("write", Go), { routes: ["again", "done"] }) check({ write, go }: { write: number; go: number }) {
    return go > 0 ? route("again", write + go) : ("done" as const);
  }
  @listen(and("write", "done")) end({ write }: { write: number; done: "done" }): string {
    keys.push(this.call.idempotencyKey);
    throw new Error(`not yet: ${write}`);
  }
}

class New extends Flow<typeof New> {
  static flowName = "renamed";
  static version = "2";
  static state = z.object({ sum: z.number(), seen: z.array(z.string()).default([]) });
  @start() begin() {
    return 1;
  }
  @listen(or("begin", "more")) draft(n: number) {
    this.state.sum += n;
    return n;
  }
  @router(and("draft", Go), { routes: ["more", "done"] }) review({ draft, go }: { draft: number; go: number }) {
    return go > 0 ? route("more", draft + go) : ("done" as const);
  }
  @listen(and("draft", "done")) finish({ draft }: { draft: number; done: "done" }) {
    keys.push(this.call.idempotencyKey);
    this.state.seen.push(`${this.call.trigger} ${this.call.number}`);
    return draft;
  }
}

const options = {
  rename: { write: "draft", check: "review", end: "finish", again: "more" },
  state: ({ total }: { total: number }) => ({ sum: total, seen: [] }),
};

describe("migrate", () => {
  test("renames steps and labels and changes the state of a run that waits in a loop", async () => {
    const persistence = new MemoryPersistence();
    const { id } = await new Old({ persistence }).kickoff();
    await new Old({ persistence }).signal(id, Go, 4);
    const flow = new New({ persistence });
    const refusal = await flow.resume(id).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "PLAN_CHANGED", runId: id });
    const { rename } = options;
    const halfway = await flow.runs.migrate(id, { rename }).catch((error: unknown) => error);
    expect(halfway).toMatchObject({ code: "STATE_INVALID", runId: id });
    expect((halfway as FlowError).message).toContain("sum:");
    expect(await flow.runs.migrate(id, options)).toEqual({ id, status: "migrated" });
    expect(await flow.runs.get(id)).toMatchObject({
      status: "waiting",
      version: "2",
      owned: false,
      waitingFor: [{ kind: "signal", name: "go", steps: ["review"] }],
    });
    expect(await flow.resume(id)).toMatchObject({ status: "waiting", outputs: { draft: 5 }, state: { sum: 6 } });
    expect(await flow.signal(id, Go, 0)).toMatchObject({
      status: "completed",
      state: { sum: 6, seen: ["draft+done 1"] },
    });
    // once more is no harm
    expect(await flow.runs.migrate(id, options)).toEqual({ id, status: "unchanged" });
  });

  test("a call that was made under the old name keeps its idempotency key", async () => {
    const persistence = new MemoryPersistence();
    const { id } = await new Old({ persistence }).kickoff();
    keys.length = 0;
    await expect(new Old({ persistence }).signal(id, Go, 0)).rejects.toMatchObject({ code: "STEP_FAILED" });
    const flow = new New({ persistence });
    expect(await flow.runs.migrate(id, options)).toEqual({ id, status: "migrated" });
    expect(await flow.runs.get(id)).toMatchObject({ status: "failed", planHash: New.plan().hash });
    expect(await flow.resume(id)).toMatchObject({ status: "completed", output: 1, state: { seen: ["draft+done 1"] } });
    expect(keys).toEqual([`${id}:end:1`, `${id}:end:1`]);
  });

  test("all runs that fit a query and `from`; what is refused is left as it was and listed", async () => {
    const persistence = new MemoryPersistence();
    const old = new Old({ persistence });
    const flow = new New({ persistence });
    const { id: fits } = await old.kickoff({}, { id: "fits" });
    const { id: mine } = await flow.kickoff({ sum: 0 }, { id: "mine" });
    await old.kickoff({}, { id: "owned" });
    await persistence.claim("owned", thisOwner());
    await old.kickoff({}, { id: "failed" });
    await old.signal("failed", Go, 0).catch(() => undefined);
    const migrated = await flow.runs.migrate({ status: ["waiting", "running", "failed"] }, { ...options, from: "1" });
    expect(migrated.map(({ id, status }) => [id, status]).sort()).toEqual([
      ["failed", "migrated"],
      ["fits", "migrated"],
      ["mine", "unchanged"],
      ["owned", "refused"],
    ]);
    expect(migrated.find(({ id }) => id === "owned")).toMatchObject({ error: { code: "RUN_OWNED" } });
    const again = await flow.runs.migrate({}, { ...options, from: "1" });
    expect(again.filter(({ status }) => status !== "unchanged").map(({ id }) => id)).toEqual(["owned"]);
    expect(await flow.resume(fits)).toMatchObject({ status: "waiting" });
    expect(await flow.resume(mine)).toMatchObject({ status: "waiting" });
  });

  test.each([
    ["a name that the run does not have", { rename: { wrote: "draft" } }, "RUN_MIGRATION_INVALID", '"write"'],
    ["a name that the flow does not have", { rename: { write: "drafts" } }, "RUN_MIGRATION_INVALID", '"drafts"'],
    ["two names that become one", { rename: { write: "draft", check: "draft" } }, "RUN_MIGRATION_INVALID", '"draft"'],
    ["too few names", { ...options, rename: { write: "draft" } }, "PLAN_CHANGED", '"check"'],
    ["a state that does not fit", { ...options, state: () => ({ sum: "1" }) as never }, "STATE_INVALID", "sum"],
    [
      "a state that can't be made",
      { ...options, state: (old: { list: unknown[] }) => ({ sum: old.list.length, seen: [] }) },
      "RUN_MIGRATION_INVALID",
      "threw",
    ],
  ] as const)("refuses %s, and the run is as it was", async (...[, given, code, said]) => {
    const persistence = new MemoryPersistence();
    const { id } = await new Old({ persistence }).kickoff();
    const before = await persistence.load(id);
    const error = await new New({ persistence }).runs.migrate(id, given as never).catch((error: unknown) => error);
    expect(error).toMatchObject({ code, runId: id });
    expect(`${(error as FlowError).message} ${(error as FlowError).hint}`).toContain(said.replaceAll('"', ""));
    expect(await persistence.load(id)).toEqual(before);
    expect(await new Old({ persistence }).signal(id, Go, 1)).toMatchObject({ status: "waiting", state: { total: 3 } });
  });
});

test("the differences are listed, and told", async () => {
  const persistence = new MemoryPersistence();
  const { id } = await new Old({ persistence }).kickoff();
  class Same extends New {
    static override state = z.object({ total: z.number().default(0) }) as never;
  }
  const error = await new Same({ persistence }).resume(id).catch((error: unknown) => error);
  if (!FlowError.is(error, "PLAN_CHANGED")) throw error;
  expect(error.details.differences).toEqual([
    { step: "write", what: "removed", before: 'or("begin", "again")' },
    { step: "check", what: "removed", before: 'and("write", signal("go"))' },
    { step: "end", what: "removed", before: 'and("write", "done")' },
  ]);
  expect(error.details).toMatchObject({ stored: Old.plan().hash, current: New.plan().hash });
  expect(error.message).toContain('step "write" (called by or("begin", "again")) is gone');
  expect(error.hint).toContain("flow.runs.migrate(");
});

test("a run of any code can be cancelled; nothing of it is started", async () => {
  const persistence = new MemoryPersistence();
  const { id } = await new Old({ persistence }).kickoff();
  await persistence.post(id, { kind: "signal", name: "go", payload: 0, at: 1 });
  keys.length = 0;
  const flow = new New({ persistence });
  await flow.runs.cancel(id, "out of date");
  expect(await flow.runs.get(id)).toMatchObject({ status: "cancelled", planHash: Old.plan().hash });
  expect(keys).toEqual([]);
});

describe("names that are used again", () => {
  const Next = signal("next", z.unknown());
  const More = signal("more", z.unknown());
  const made: string[] = [];

  /** A flow that waits after each round, in which a step `work` is called. */
  class First extends Flow {
    static flowName = "reuse";
    @start() begin() {}
    @listen(Next) work() {
      made.push(this.call.idempotencyKey);
    }
    @listen(and("begin", signal("end"))) end() {}
  }
  class Without extends Flow {
    static flowName = "reuse";
    @start() begin() {}
    @listen(and("begin", signal("end"))) end() {}
  }
  class Other extends Flow {
    static flowName = "reuse";
    @start() begin() {}
    @listen(Next) labour() {
      made.push(this.call.idempotencyKey);
    }
    @listen(and("begin", signal("end"))) end() {}
  }
  class Both extends Other {
    static override flowName = "reuse";
    @listen(More) work() {
      made.push(this.call.idempotencyKey);
    }
  }

  test("removed in one release, and back in a later one: numbers and keys go on", async () => {
    const persistence = new MemoryPersistence();
    made.length = 0;
    const { id } = await new First({ persistence }).kickoff();
    await new First({ persistence }).signal(id, Next);
    await new First({ persistence }).signal(id, Next);
    await new Without({ persistence }).resume(id);
    await new Without({ persistence }).resume(id);
    await new First({ persistence }).signal(id, Next);
    expect(made).toEqual([`${id}:work:1`, `${id}:work:2`, `${id}:work:3`]);
    const [first, third] = await Promise.all([1, 3].map((number) => positionOf(persistence, id, number)));
    expect(third).toBeGreaterThan(first!);
  });

  test("renamed, then borne by another step, in the same release or a later one", async () => {
    const rename = { rename: { work: "labour" } };
    for (const ways of [[Other, Both], [Both]]) {
      const persistence = new MemoryPersistence();
      made.length = 0;
      const { id } = await new First({ persistence }).kickoff();
      await new First({ persistence }).signal(id, Next);
      expect(await new ways[0]!({ persistence }).runs.migrate(id, rename)).toMatchObject({ status: "migrated" });
      await new Both({ persistence }).signal(id, Next);
      await new Both({ persistence }).signal(id, More);
      expect(made).toEqual([`${id}:work:1`, `${id}:labour:2`, `${id}:work:2`]);
    }
  });

  test("renamed to a name that was borne before: it goes on from the higher number", async () => {
    const persistence = new MemoryPersistence();
    made.length = 0;
    const { id } = await new Other({ persistence }).kickoff();
    for (let i = 0; i < 3; i++) await new Other({ persistence }).signal(id, Next);
    await new Without({ persistence }).resume(id);
    await new First({ persistence }).signal(id, Next);
    expect(await new Other({ persistence }).runs.migrate(id, { rename: { work: "labour" } })).toMatchObject({
      status: "migrated",
    });
    await new Other({ persistence }).signal(id, Next);
    expect(made.slice(3)).toEqual([`${id}:work:1`, `${id}:labour:4`]);
  });

  async function positionOf(persistence: MemoryPersistence, id: string, number: number) {
    const rows = await persistence.history(id);
    return rows.find(({ entry }) => entry.type === "completed" && entry.step === "work" && entry.number === number)
      ?.seq;
  }
});

test("an open question is listed under its step's new name, with its id, and answered by it", async () => {
  class Asks extends Flow {
    static flowName = "asks";
    @start() async name() {
      return this.ask("What is it called?", { key: "name" });
    }
  }
  class Renamed extends Flow {
    static flowName = "asks";
    @start() async title() {
      return `${await this.ask("What is it called?", { key: "name" })} ${await this.ask("And by whom?")}`;
    }
  }
  const persistence = new MemoryPersistence();
  const { id } = await new Asks({ persistence }).kickoff();
  const [before] = (await new Asks({ persistence }).runs.questions()).questions;
  const flow = new Renamed({ persistence });
  expect(await flow.runs.migrate(id, { rename: { name: "title" } })).toEqual({ id, status: "migrated" });
  const { questions } = await flow.runs.questions();
  expect(questions).toEqual([{ ...before, step: "title" }]);
  expect((await flow.runs.get(id))?.waitingFor).toMatchObject([{ kind: "ask", name: before!.id, steps: ["title"] }]);
  await flow.runs.answer(before!.id, "Emma");
  const [next] = (await flow.runs.questions()).questions;
  expect(next).toMatchObject({ step: "title", prompt: "And by whom?" });
  expect(await flow.runs.answer(next!.id, "Jane")).toMatchObject({ output: "Emma Jane" });
});
