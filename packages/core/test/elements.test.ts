/** Elements that go from step to step by themselves: the first may be done while the last has not begun. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  and,
  collect,
  elements,
  Flow,
  type FlowError,
  failed,
  forEach,
  listen,
  or,
  route,
  router,
  type Settled,
  settled,
  start,
} from "../src/index.js";

/** What waits until it is opened. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((done) => {
    open = done;
  });
  return { opened, open };
}

describe("a step that goes on with the elements of another", () => {
  test("is called for an element as soon as that is done, while others are on their way there", async () => {
    const last = gate();
    const seen: string[] = [];
    class Stages extends Flow {
      @start() list() {
        return ["a", "b", "c"];
      }
      @forEach("list") async one(name: string) {
        if (name === "b") await last.opened;
        seen.push(`one ${name}`);
        return `${name}1`;
      }
      @forEach(elements("one")) async two(name: string, index: number) {
        seen.push(`two ${name} ${index}`);
        return `${name}2`;
      }
      @forEach(elements("two")) three(name: string, index: number) {
        seen.push(`three ${name} ${index}`);
        // all the others are through: only then the one in between begins
        if (seen.filter((what) => what.startsWith("three")).length === 2) last.open();
        return [name, this.call.index];
      }
      @listen(collect("three")) all(all: unknown[]) {
        return all;
      }
      @listen(collect("one")) ones(all: string[]) {
        seen.push("ones");
        return all;
      }
    }
    const { outputs } = await new Stages().kickoff();
    expect(outputs.all).toEqual([
      ["a12", 0],
      ["b12", 1],
      ["c12", 2],
    ]);
    expect(outputs.ones).toEqual(["a1", "b1", "c1"]);
    expect(seen.slice(0, 6).sort()).toEqual(["one a", "one c", "three a12 0", "three c12 2", "two a1 0", "two c1 2"]);
    expect(seen[6]).toBe("one b");
  });

  test("an empty list is an end for all; Sets and Maps are lists", async () => {
    class Lists extends Flow {
      @start() none(): string[] {
        return [];
      }
      @forEach("none") never(name: string) {
        return name;
      }
      @forEach(elements("never")) neither(name: string) {
        return name;
      }
      @listen(and("none", collect(settled("neither")))) empty({ neither }: { none: string[]; neither: unknown[] }) {
        return neither;
      }
      @start() map() {
        return new Map([["a", 1]]);
      }
      @forEach("map") pair([key, n]: [string, number]) {
        return key + n;
      }
      @forEach((f: Lists) => elements(f.pair)) text(pair: string) {
        return pair;
      }
      @listen(collect("text")) texts(all: string[]) {
        return all;
      }
    }
    const { outputs } = await new Lists().kickoff();
    expect([outputs.empty, outputs.texts]).toEqual([[], ["a1"]]);
  });

  test("what failed or was skipped passes by, and is told in its place", async () => {
    const called: string[] = [];
    class Links extends Flow {
      @start() list() {
        return [0, 1, 2, 3, 4, 5];
      }
      @forEach("list", { onError: "collect", when: (_, n) => n !== 4 }) fetch(n: number) {
        if (n === 1) throw new Error("gone");
        return n;
      }
      @forEach(elements("fetch"), { onError: "collect" }) parse(n: number) {
        called.push(`parse ${n}`);
        if (n === 3) throw new Error("garbled");
        return n * 10;
      }
      @forEach(elements("parse")) store(n: number) {
        called.push(`store ${n}`);
        return n + 1;
      }
      @listen(collect("store")) stored(all: number[]) {
        return all;
      }
      @listen(collect(settled("store"))) ends(all: Settled<number>[]) {
        return all.map((one) => (one.status === "failed" ? `${one.error.step}: ${one.error.code}` : one.status));
      }
      @listen(collect(settled("fetch"))) fetched(all: Settled<number>[]) {
        return all.map(({ status }) => status);
      }
      @listen(failed("store")) never(error: FlowError) {
        return error;
      }
    }
    const { outputs } = await new Links().kickoff();
    expect(outputs.stored).toEqual([1, 21, 51]);
    expect(outputs.ends).toEqual([
      "completed",
      "fetch: STEP_FAILED",
      "completed",
      "parse: STEP_FAILED",
      "skipped",
      "completed",
    ]);
    expect(outputs.fetched).toEqual(["completed", "failed", "completed", "completed", "skipped", "completed"]);
    expect(called.sort()).toEqual(["parse 0", "parse 2", "parse 3", "parse 5", "store 0", "store 20", "store 50"]);
    expect(outputs).not.toHaveProperty("never");
  });

  test("its own failures stand in the way of collect as anyone's do; a failure before does not", async () => {
    class Own extends Flow {
      @start() list() {
        return [0, 1, 2];
      }
      @forEach("list", { onError: "collect" }) one(n: number) {
        if (n === 0) throw new Error("before");
        return n;
      }
      @forEach(elements("one")) two(n: number) {
        if (n === 2) throw new Error("own");
        return n;
      }
      @listen(failed("two")) heard(error: FlowError) {
        return error.message;
      }
      @listen(collect("two")) all(all: number[]) {
        return all;
      }
      @forEach(elements("one")) beside(n: number) {
        return -n;
      }
      @listen(collect("beside")) others(all: number[]) {
        return all;
      }
    }
    const { outputs } = await new Own().kickoff();
    expect(outputs.heard).toContain("own");
    expect(outputs).not.toHaveProperty("all");
    expect(outputs.others).toEqual([-1, -2]);
  });

  test("what came of the same element is joined, in whatever step it was made", async () => {
    class Photos extends Flow<typeof Photos> {
      static state = z.object({ stored: z.array(z.string()).default([]) });
      @start() list() {
        return ["a", "b", "c"];
      }
      @forEach("list") load(name: string) {
        return name;
      }
      @forEach(elements("load"), { when: (_, name) => name !== "b" }) small(name: string) {
        return `${name}-small`;
      }
      @forEach(elements("small"), { concurrency: 1 }) frame(name: string) {
        return `[${name}]`;
      }
      @listen(and("load", "frame")) store({ load, frame }: { load: string; frame: string }) {
        this.state.stored.push(`${load} ${frame}`);
      }
      @listen(and("load", settled("frame"))) tell({ load, frame }: { load: string; frame: Settled<string> }) {
        this.state.stored.push(`${load} ${frame.status}`);
      }
    }
    const { state } = await new Photos().kickoff();
    expect([...state.stored].sort()).toEqual(["a [a-small]", "a completed", "b skipped", "c [c-small]", "c completed"]);
  });

  test("in a loop each round has its own list; lists in lists have theirs", async () => {
    class Rounds extends Flow {
      @start() begin() {
        return 0;
      }
      @listen(or("begin", "again")) list(round: number) {
        return [round, round];
      }
      @forEach("list") one(round: number, index: number) {
        return { round, index };
      }
      @forEach(elements("one")) two({ round, index }: { round: number; index: number }) {
        return `${round}${index}`;
      }
      @router(and("list", collect("two")), { routes: ["again", "done"] }) check({
        list,
        two,
      }: {
        list: number[];
        two: string[];
      }) {
        if (two.join() !== `${list[0]}0,${list[0]}1`) throw new Error(`mixed up: ${two.join()}`);
        return list[0]! < 3 ? route("again", list[0]! + 1) : route("done", list[0]);
      }
      @listen("done") async words() {
        return ["ab", "c", ""];
      }
      @forEach("words") letters(word: string) {
        return [...word];
      }
      @forEach("letters") letter(one: string) {
        return one.toUpperCase();
      }
      @forEach(elements("letter")) twice(one: string) {
        return one + one;
      }
      @listen(collect("twice")) word(all: string[]) {
        return all.join("");
      }
      @listen(and("letters", collect("twice"))) pair({ letters, twice }: { letters: string[]; twice: string[] }) {
        if (letters.length !== twice.length) throw new Error("mixed up");
      }
    }
    const flow = new Rounds();
    const { id } = await flow.kickoff();
    const rows = await flow.runs.history(id);
    const words = rows.flatMap(({ entry }) =>
      entry.type === "completed" && entry.step === "word" ? [entry.output] : [],
    );
    expect(words.sort()).toEqual(["", "AABB", "CC"]);
  });

  test("a step that lags behind holds up the one before it: little waits between two", async () => {
    const size = 300;
    let between = 0;
    let most = 0;
    const running = { one: 0, two: 0 };
    const peak = { one: 0, two: 0 };
    const count = (step: "one" | "two", by: number) => {
      running[step] += by;
      peak[step] = Math.max(peak[step], running[step]);
    };
    class Slow extends Flow {
      @start() list() {
        return Array.from({ length: size }, (_, i) => i);
      }
      @forEach("list", { concurrency: 8 }) async one(n: number) {
        count("one", 1);
        await Promise.resolve();
        count("one", -1);
        most = Math.max(most, ++between);
        return n;
      }
      @forEach(elements("one"), { concurrency: 3 }) async two(n: number) {
        between--;
        count("two", 1);
        await new Promise((done) => setImmediate(done));
        count("two", -1);
        return n;
      }
      @listen(collect("two")) all(all: number[]) {
        return all.length;
      }
    }
    expect((await new Slow().kickoff()).outputs.all).toBe(size);
    expect(peak.two).toBe(3);
    expect(peak.one).toBeLessThanOrEqual(8);
    // at most as many as the second works on at once, and those that the first had under way then
    expect(most).toBeLessThanOrEqual(3 + 8);
  });
});
