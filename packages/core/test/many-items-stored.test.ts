/** Runs that stop in the middle of a list: opened from a snapshot, and under changed code. */
import { expect, test } from "vitest";
import { collect, Flow, type FlowError, forEach, listen, MemoryPersistence, start } from "../src/index.js";

/** Enough for a snapshot in between. */
const size = 400;
let called: number[] = [];
let broken = true;

class Before extends Flow {
  static flowName = "lists";
  @start() list() {
    return Array.from({ length: size }, (_, i) => ({ n: i }));
  }
  @forEach("list", { concurrency: 3 }) async work({ n }: { n: number }) {
    called.push(n);
    if (broken && n === 333) throw new Error("not yet");
    return { n };
  }
  @listen(collect("work")) sum(all: { n: number }[]) {
    return all.map(({ n }) => n);
  }
}

/** Other steps before it, so that every number of the plan is another. */
class Wider extends Flow {
  static flowName = "lists";
  @listen("sum") after(all: number[]) {
    return all.length;
  }
  @start() list() {
    return [{ n: 0 }];
  }
  @listen(collect("work"), { retry: { attempts: 2 } }) sum(all: { n: number }[]) {
    return all.map(({ n }) => n);
  }
  @forEach("list", { concurrency: 7, onError: "collect" }) async work({ n }: { n: number }) {
    called.push(n);
    return { n };
  }
}

class Single extends Flow {
  static flowName = "lists";
  @start() list() {
    return [{ n: 0 }];
  }
  @listen("list") async work(all: { n: number }[]) {
    return all;
  }
  @listen("work") sum(all: unknown) {
    return all;
  }
}

async function stopped(): Promise<{ persistence: MemoryPersistence; id: string; committed: number[] }> {
  called = [];
  broken = true;
  const persistence = new MemoryPersistence();
  const error: FlowError = await new Before({ persistence }).kickoff().then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  const rows = await new Before({ persistence }).runs.history(error.runId!);
  const committed = rows.flatMap(({ entry }) =>
    entry.type === "completed" && entry.step === "work" ? [entry.index!] : [],
  );
  expect((await persistence.load(error.runId!))?.snapshot).toBeDefined();
  called = [];
  broken = false;
  return { persistence, id: error.runId!, committed };
}

const all = Array.from({ length: size }, (_, i) => i);

test("opened from a snapshot in the middle of a list, a run calls for what had not committed, and collects it all", async () => {
  const { persistence, id, committed } = await stopped();
  const { outputs } = await new Before({ persistence }).resume(id);
  expect(outputs.sum).toEqual(all);
  expect(called.filter((n) => committed.includes(n))).toEqual([]);
  expect([...called, ...committed].sort((a, b) => a - b)).toEqual(all);
});

test("under changed code it goes on in the middle of its list", async () => {
  const { persistence, id, committed } = await stopped();
  const { outputs } = await new Wider({ persistence }).resume(id);
  expect(outputs.sum).toEqual(all);
  expect(outputs.after).toBe(size);
  expect(called.filter((n) => committed.includes(n))).toEqual([]);
});

test("a step that is called per element no more has changed", async () => {
  const { persistence, id } = await stopped();
  const error: FlowError<"PLAN_CHANGED"> = await new Single({ persistence }).resume(id).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ code: "PLAN_CHANGED" });
  expect(error.message).toContain('step "work" is called by "list", no longer by each element of "list"');
});
