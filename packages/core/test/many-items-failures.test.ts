import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  and,
  collect,
  Flow,
  FlowError,
  failed,
  forEach,
  listen,
  MemoryPersistence,
  type Settled,
  settled,
  start,
} from "../src/index.js";

describe("elements that are skipped or fail", () => {
  class Base extends Flow {
    @start() list() {
      return ["a", "b", "bad", "c"];
    }
  }
  const read = (name: string) => {
    if (name === "bad") throw new Error("no such file");
    return name.toUpperCase();
  };

  test("when is asked for each; what it skips is not collected", async () => {
    class Skipping extends Base {
      @forEach("list", { when: (_state, name) => name !== "bad" }) read(name: string) {
        return read(name);
      }
      @listen(collect("read")) all(names: string[]) {
        return names;
      }
      @listen(collect(settled("read"))) ends(all: Settled<string>[]) {
        return all.map(({ status }) => status);
      }
    }
    const { outputs } = await new Skipping().kickoff();
    expect(outputs.all).toEqual(["A", "B", "C"]);
    expect(outputs.ends).toEqual(["completed", "completed", "skipped", "completed"]);
  });

  test("each has its own attempts", async () => {
    class Retrying extends Base {
      @forEach("list", { retry: { attempts: 2, delay: 0 } }) read(name: string) {
        if (this.call.attempt === 1 && name !== "a") throw new Error("not yet");
        return `${name}${this.call.attempt}`;
      }
      @listen(collect("read")) all(names: string[]) {
        return names;
      }
    }
    expect((await new Retrying().kickoff()).outputs.all).toEqual(["a1", "b2", "bad2", "c2"]);
  });

  test("a failure fails the run; resumed, only what had not committed runs again", async () => {
    const calls: string[] = [];
    let broken = true;
    class Failing extends Base {
      @forEach("list", { concurrency: 1 }) read(name: string) {
        calls.push(name);
        return broken ? read(name) : name;
      }
      @listen(collect("read")) all(names: string[]) {
        return names;
      }
    }
    const flow = new Failing();
    const error = await flow.kickoff().then(
      () => expect.unreachable(),
      (thrown: FlowError) => thrown,
    );
    expect(error).toMatchObject({ code: "STEP_FAILED", step: "read" });
    broken = false;
    expect((await flow.resume(error.runId!)).outputs.all).toEqual(["A", "B", "bad", "c"]);
    expect(calls).toEqual(["a", "b", "bad", "bad", "c"]);
  });

  test('onError "collect": the others go on, and collect hands over what they returned', async () => {
    class Collecting extends Base {
      @forEach("list", { onError: "collect" }) read(name: string) {
        return read(name);
      }
      @listen(collect("read")) all(names: string[]) {
        return names;
      }
    }
    expect((await new Collecting().kickoff()).outputs.all).toEqual(["A", "B", "C"]);
  });

  test("collect(settled()) hears failures, in the order of the list, with live errors, in an and too", async () => {
    class Hearing extends Base {
      @forEach("list") async read(name: string) {
        return read(name);
      }
      @listen(collect("read")) all(names: string[]) {
        return names;
      }
      @listen(collect(settled("read"))) ends(all: Settled<string>[]) {
        return all.map((one) =>
          one.status === "completed" ? one.value : one.status === "failed" && one.error.message,
        );
      }
      @listen(and("list", collect(settled("read")))) joined({ read }: { list: string[]; read: Settled<string>[] }) {
        return read.filter((one) => one.status === "failed" && one.error instanceof FlowError).length;
      }
    }
    const { outputs } = await new Hearing().kickoff();
    expect(outputs.ends).toEqual(["A", "B", 'Step "read" failed: no such file', "C"]);
    expect(outputs.joined).toBe(1);
    expect(outputs.all).toBeUndefined();
  });

  test("failed() hears each; the list is not collected then", async () => {
    class Listening extends Base {
      @forEach("list") read(name: string) {
        return read(name);
      }
      @listen(failed("read")) note(error: FlowError) {
        return error.step;
      }
      @listen(collect("read")) all(names: string[]) {
        return names;
      }
    }
    const { outputs } = await new Listening().kickoff();
    expect(outputs.note).toBe("read");
    expect(outputs.all).toBeUndefined();
    expect(outputs.read).toBe("C");
  });

  test("what is no list fails the step, whoever listens", async () => {
    class NoList extends Flow {
      @start() one(): string[] {
        return "text" as never;
      }
      @forEach("one", { onError: "collect" }) read(name: string) {
        return name;
      }
    }
    await expect(new NoList().kickoff()).rejects.toMatchObject({ code: "STEP_ELEMENTS_INVALID", step: "read" });
  });
});

test("a cancelled run goes on where it was, and events tell the index", async () => {
  const persistence = new MemoryPersistence();
  const done: number[] = [];
  const stop = new AbortController();
  class Long extends Flow {
    @start() list() {
      return Array.from({ length: 40 }, (_, i) => i);
    }
    @forEach("list", { concurrency: 4 }) async work(n: number) {
      await pause();
      if (n === 10) stop.abort();
      return n;
    }
    @listen(collect("work")) sum(all: number[]) {
      return all.reduce((sum, n) => sum + n, 0);
    }
  }
  const flow = new Long({ persistence });
  flow.events.on("step.completed", ({ index }) => {
    if (index !== undefined) done.push(index);
  });
  const error = await flow.kickoff({}, { abortSignal: stop.signal }).then(
    () => expect.unreachable(),
    (thrown: FlowError) => thrown,
  );
  expect(error.code).toBe("RUN_CANCELLED");
  const before = done.length;
  expect(before).toBeLessThan(20);
  const { outputs } = await new Long({ persistence }).resume(error.runId!);
  expect(outputs.sum).toBe(780);
  const rows = await new Long({ persistence }).runs.history(error.runId!);
  const indexes = rows.flatMap(({ entry }) =>
    entry.type === "completed" && entry.step === "work" ? [entry.index] : [],
  );
  expect([...indexes].sort((a, b) => a! - b!)).toEqual(Array.from({ length: 40 }, (_, i) => i));
});
