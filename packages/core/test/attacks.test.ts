import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { Flow, FlowEvents, listen, MemoryPersistence, settled, signal, start } from "../src/index.js";

test("thrown values that resist being looked at fail the run like any other", async () => {
  const hostile: unknown[] = [
    Object.create(null),
    {
      toString: () => {
        throw new Error("no");
      },
      toJSON: () => {
        throw new Error("no");
      },
    },
    Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw new Error("no");
      },
    }),
    Object.defineProperty(new Error("x"), "stack", {
      get: () => {
        throw new Error("no");
      },
    }),
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
      },
    ),
    undefined,
    "text",
  ];
  for (const thrown of hostile) {
    class Throws extends Flow {
      @start() async later() {
        await null;
        throw thrown;
      }
    }
    class ThrowsNow extends Flow {
      @start() now() {
        throw thrown;
      }
    }
    for (const flow of [new Throws(), new ThrowsNow() as unknown as Throws]) {
      const error = await flow.kickoff().catch((e) => e);
      expect(error).toMatchObject({ code: "STEP_FAILED" });
      expect((await flow.runs.get(error.runId))?.status).toBe("failed");
    }
  }
});

test("a result with hostile getters fails its step", async () => {
  class Hostile extends Flow {
    @start() bad() {
      return {
        // biome-ignore lint/suspicious/noThenProperty: that is the attack
        get then() {
          throw new Error("no");
        },
      };
    }
  }
  await expect(new Hostile().kickoff()).rejects.toMatchObject({ code: "STEP_FAILED" });
});

test("when is asked until it has answered", async () => {
  const log: string[] = [];
  let broken = true;
  class Guarded extends Flow {
    @start({
      when: () => {
        log.push("when");
        if (broken) throw new Error("x");
        return false;
      },
      retry: { attempts: 3, delay: 1 },
    })
    s() {
      log.push("ran");
    }
  }
  const flow = new Guarded();
  const error = await flow.kickoff().catch((e) => e);
  expect(error).toMatchObject({ code: "STEP_WHEN_FAILED", step: "s" });
  broken = false;
  expect(await flow.resume(error.runId)).toMatchObject({ status: "completed" });
  expect(log).toEqual(["when", "when"]);
  class Async extends Flow {
    @start({ when: (async () => false) as never }) s() {}
  }
  await expect(new Async().kickoff()).rejects.toMatchObject({ code: "STEP_WHEN_FAILED" });
});

test("times longer than setTimeout takes", async () => {
  class Patient extends Flow {
    @start({ timeout: "30d" }) async s() {
      await pause(5);
      return "done";
    }
  }
  expect((await new Patient({ abortGrace: "30d" }).kickoff({}, { timeout: "30d" })).output).toBe("done");
});

test("a wrong option leaves the run as it was", async () => {
  class Waits extends Flow {
    @start() begin() {}
    @listen(signal("go")) go() {
      return "gone";
    }
  }
  const flow = new Waits();
  const { id } = await flow.kickoff();
  await expect(flow.resume(id, { timeout: "soon" as never })).rejects.toMatchObject({
    code: "DEFINITION_DURATION_INVALID",
  });
  expect(await flow.resume(id)).toMatchObject({ status: "waiting" });
});

test("another plan neither takes a run nor stores for it", async () => {
  const persistence = new MemoryPersistence();
  class One extends Flow {
    static flowName = "changing";
    @start() begin() {}
    @listen(signal("go")) go() {
      return "gone";
    }
  }
  class Two extends Flow {
    static flowName = "changing";
    @start() begin() {}
    @listen(signal("go")) went() {
      return "gone";
    }
  }
  const { id } = await new One({ persistence }).kickoff();
  const changed = new Two({ persistence });
  await expect(changed.signal(id, "go")).rejects.toMatchObject({ code: "PLAN_CHANGED" });
  await expect(changed.resume(id)).rejects.toMatchObject({ code: "PLAN_CHANGED" });
  expect(await new One({ persistence }).runs.get(id)).toMatchObject({ status: "waiting", owned: false });
  expect(await new One({ persistence }).resume(id)).toMatchObject({ status: "waiting" });
});

test("a caller that gave up before starts nothing; the run can be resumed", async () => {
  const log: string[] = [];
  class Eager extends Flow {
    @start() s() {
      log.push("ran");
      return 1;
    }
  }
  const flow = new Eager();
  const error = await flow.kickoff({}, { abortSignal: AbortSignal.abort() }).catch((e) => e);
  expect(error).toMatchObject({ code: "RUN_CANCELLED" });
  expect(log).toEqual([]);
  expect(await flow.resume(error.runId)).toMatchObject({ status: "completed", output: 1 });
});

test("a stream read again after its end ends; two readers both end", async () => {
  class Two extends Flow {
    @start() async a() {
      await pause(5);
      return 1;
    }
    @listen("a") b() {
      return 2;
    }
  }
  const stream = new Two().stream();
  for await (const _ of stream) break;
  await stream.result;
  for await (const _ of stream);
  const shared = new Two().stream();
  const read = async () => {
    for await (const _ of shared);
  };
  await Promise.all([read(), read()]);
});

test("an endless generator without waits lets timers run, and closes", async () => {
  let closed = false;
  class Endless extends Flow {
    @start() *g() {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        closed = true;
      }
    }
  }
  await expect(new Endless({ abortGrace: 1 }).kickoff({}, { timeout: 30 })).rejects.toMatchObject({
    code: "RUN_TIMEOUT",
  });
  await expect.poll(() => closed).toBe(true);
});

test("one handler given twice is heard twice, and ended once", async () => {
  const bus = new FlowEvents({
    ...console,
    error: () => {
      throw new Error("a broken logger");
    },
  });
  class Once extends Flow {
    @start() s() {}
  }
  let heard = 0;
  const handler = () => {
    heard++;
    throw new Error("handler");
  };
  const off = bus.on("run.completed", handler);
  bus.on("run.completed", handler);
  await new Once({ events: bus }).kickoff();
  off();
  await new Once({ events: bus }).kickoff();
  expect(heard).toBe(3);
});

test("another flow's run is not this one's business", async () => {
  const persistence = new MemoryPersistence();
  class Mine extends Flow {
    @start() go() {}
  }
  class Theirs extends Flow {
    @start() go() {}
  }
  const { id } = await new Theirs({ persistence }).kickoff();
  const mine = new Mine({ persistence });
  expect(await mine.runs.get(id)).toBeUndefined();
  for (const verb of [mine.resume(id), mine.runs.history(id), mine.runs.cancel(id)]) {
    await expect(verb).rejects.toMatchObject({ code: "RUN_FLOW_MISMATCH", runId: id });
  }
});

test("a payload that looks like a held failure is the author's own", async () => {
  const odd = { "~error": { code: "MY_OWN", message: "not ours" } };
  class Odd extends Flow {
    @start() make() {
      return odd;
    }
    @listen(settled("make")) hear(outcome: unknown) {
      return outcome;
    }
  }
  const { output } = await new Odd().kickoff();
  expect(output).toEqual({ status: "completed", value: odd });
});
