/** A run that its caller stops goes on later, to the same end as one that ran through: wherever it was stopped, and how often. */
import { expect, test } from "vitest";
import { z } from "zod";
import {
  collect,
  Flow,
  type FlowPersistence,
  forEach,
  listen,
  MemoryPersistence,
  or,
  route,
  router,
  start,
} from "../src/index.js";
import { stoppingAt } from "./support/stopping-at.js";

const ran: string[] = [];

class Leaf extends Flow<typeof Leaf> {
  static flowName = "Leaf";
  static state = z.object({ name: z.string(), steps: z.number().default(0) });
  static output = z.string();
  @start() async sprout() {
    this.#note();
    const drawn = await this.once("draw", async () => `${this.state.name}!`);
    await this.sleep(2);
    this.state.steps++;
    return drawn;
  }
  @listen("sprout") async open(drawn: string) {
    this.#note();
    this.state.steps++;
    return `${drawn}${this.state.steps}`;
  }
  #note() {
    ran.push(this.call.idempotencyKey);
  }
}

class Twig extends Flow<typeof Twig> {
  static flowName = "Twig";
  static inputs = z.object({ name: z.string() });
  static output = z.string();
  @start() async grow({ name }: { name: string }) {
    return this.runFlow(Leaf, { name });
  }
}

class Tree extends Flow<typeof Tree> {
  static flowName = "Tree";
  static state = z.object({ rounds: z.number().default(0), seen: z.array(z.string()).default([]) });
  @start() begin() {
    return 0;
  }
  @listen(or("begin", "again")) names() {
    this.state.rounds++;
    return ["a", "b", "c"].map((name) => `${name}${this.state.rounds}`);
  }
  @forEach("names", { concurrency: 2 }) async leaf(name: string) {
    ran.push(this.call.idempotencyKey);
    return this.runFlow(Twig, { name });
  }
  @listen(collect("leaf")) gather(leaves: string[]) {
    this.state.seen.push(...leaves);
    return leaves.length;
  }
  @router("gather", { routes: ["again", "done"] }) check() {
    return this.state.rounds < 2 ? "again" : route("done", this.state.seen.join());
  }
  @listen("done", { retry: { attempts: 3, delay: 2 } }) async tell(text: string) {
    if (this.call.attempt < 2) throw new Error("try again");
    return text;
  }
}

const told = "a1!2,b1!2,c1!2,a2!2,b2!2,c2!2";

test("stopped after every write, once and over and over, it resumes to the same end", {
  timeout: 300_000,
}, async () => {
  const committed = async (store: FlowPersistence) => {
    const keys: string[] = [];
    for (const { id } of (await store.list({ limit: 1000 })).runs)
      for (const { entry } of await store.history(id))
        if (entry.type === "completed") keys.push(`${id}:${entry.step}:${entry.number}`);
    return keys;
  };
  for (const everyTime of [false, true]) {
    for (let write = 1; ; write++) {
      const store = new MemoryPersistence();
      let result: unknown;
      let stops = 0;
      for (let life = 0; result === undefined; life++) {
        const stop = new AbortController();
        const persistence = stoppingAt(life === 0 || everyTime ? write : -1, store, stop);
        const flow = new Tree({ persistence });
        const done = await committed(store);
        const before = ran.length;
        const driven =
          life === 0
            ? flow.kickoff({}, { id: "t", stopSignal: stop.signal })
            : flow.resume("t", { stopSignal: stop.signal });
        result = await driven.catch((error) => {
          if (error.code !== "RUN_STOPPED") throw error;
          stops++;
          return undefined;
        });
        expect(ran.slice(before).filter((key) => done.includes(key))).toEqual([]);
        if (result) break;
        for (const run of (await store.list({ limit: 1000 })).runs) expect(run.owned).toBe(false);
        expect((await store.get("t"))?.status).toBe("running");
        expect(life).toBeLessThan(200);
      }
      expect(result).toMatchObject({ status: "completed", output: told, state: { rounds: 2 } });
      const { runs } = await store.list({ limit: 1000 });
      expect(runs.length).toBe(13);
      for (const { id, status } of runs) {
        expect(status).toBe("completed");
        const types = (await store.history(id)).map(({ entry }) => entry.type);
        expect(types.filter((type) => type === "failed" || type === "cancelled")).toEqual([]);
        expect(types.filter((type) => type === "attempt-failed").length).toBe(id === "t" ? 1 : 0);
      }
      if (stops === 0) break;
      expect(write).toBeLessThan(300);
      // every life must get further than the one before
      if (everyTime && write === 1) expect(stops).toBeGreaterThan(1);
    }
  }
});
