import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { and, collect, each, Flow, forEach, listen, or, route, router, signal, start } from "../src/index.js";

describe("a step for each element of a list", () => {
  test("is given element and index; collect hands over all results in the order of the list", async () => {
    class Crawl extends Flow<typeof Crawl> {
      static state = z.object({ seen: z.array(z.string()).default([]) });
      @start() list() {
        return ["c", "a", "b"];
      }
      @forEach("list", { concurrency: 2 }) async read(path: string, index: number) {
        await pause(index === 0 ? 20 : 1);
        return { path, index, call: this.call.index, key: this.call.idempotencyKey, number: this.call.number };
      }
      @listen("read") note(one: { path: string }) {
        this.state.seen.push(one.path);
      }
      @listen(collect("read")) paths(all: { path: string }[]) {
        return all.map(({ path }) => path).join("");
      }
      @listen(and("list", collect("read"))) both({ list, read }: { list: string[]; read: { index: number }[] }) {
        return [list.length, read.map(({ index }) => index)];
      }
      @listen(collect("read")) calls(all: { call: number | undefined; key: string; number: number }[]) {
        return [all.map(({ call }) => call), new Set(all.map(({ key }) => key)).size, all.map(({ number }) => number)];
      }
    }
    const { outputs, state } = await new Crawl().kickoff();
    expect(outputs.paths).toBe("cab");
    expect(outputs.both).toEqual([3, [0, 1, 2]]);
    expect(outputs.calls).toEqual([[0, 1, 2], 3, [1, 2, 3]]);
    expect([...state.seen].sort()).toEqual(["a", "b", "c"]);
  });

  test("no more are worked on at once than concurrency says", async () => {
    let running = 0;
    let most = 0;
    class Wide extends Flow {
      @start() list() {
        return Array.from({ length: 20 }, (_, i) => i);
      }
      @forEach("list", { concurrency: 3 }) async work(n: number) {
        most = Math.max(most, ++running);
        await pause();
        running--;
        return n;
      }
      @listen(collect("work")) sum(all: number[]) {
        return all.reduce((sum, n) => sum + n, 0);
      }
    }
    expect((await new Wide().kickoff()).outputs.sum).toBe(190);
    expect(most).toBe(3);
  });

  test("an empty list is collected at once; Sets and Maps are lists; so is what a signal or a label carries", async () => {
    const Batch = signal("batch", z.array(z.number()));
    class Lists extends Flow {
      @start() none(): string[] {
        return [];
      }
      @forEach("none") never(_: string) {}
      @listen(collect("never")) empty(all: unknown[]) {
        return all;
      }
      @start() set() {
        return new Set([1, 2]);
      }
      @forEach("set") fromSet(n: number) {
        return n * 2;
      }
      @listen(collect("fromSet")) doubled(all: number[]) {
        return all;
      }
      @start() map() {
        return new Map([["a", 1]]);
      }
      @forEach("map") fromMap([key, n]: [string, number]) {
        return `${key}${n}`;
      }
      @start() @router({ routes: ["found"] }) look() {
        return route("found", ["x", "y"]);
      }
      @forEach("found") fromLabel(one: string, index: number) {
        return one + index;
      }
      @listen(collect("fromLabel")) labelled(all: string[]) {
        return all;
      }
      @forEach(Batch) fromSignal(n: number) {
        return n;
      }
      @listen(collect("fromSignal")) signalled(all: number[]) {
        return all;
      }
    }
    const flow = new Lists();
    const waiting = await flow.kickoff();
    expect(waiting.status).toBe("waiting");
    expect(waiting.outputs).toMatchObject({ empty: [], doubled: [2, 4], fromMap: "a1", labelled: ["x0", "y1"] });
    expect((await flow.signal(waiting.id, Batch, [7, 8])).status).toBe("completed");
  });

  test("elements do not count for maxCalls; what listens to each of them does", async () => {
    class Many extends Flow {
      @start() list() {
        return Array.from({ length: 50 }, (_, i) => i);
      }
      @forEach("list") work(n: number) {
        return n;
      }
      @listen(collect("work")) count(all: number[]) {
        return all.length;
      }
    }
    expect((await new Many({ maxCalls: 10 }).kickoff()).outputs.count).toBe(50);
    class Heard extends Many {
      @listen("work") each(_: number) {}
    }
    await expect(new Heard({ maxCalls: 10 }).kickoff()).rejects.toMatchObject({ code: "RUN_CALL_LIMIT" });
  });

  test("each element is a turn of its own: joins match by it, an or fires for each", async () => {
    class Turns extends Flow<typeof Turns> {
      static state = z.object({ joined: z.array(z.string()).default([]), or: z.number().default(0) });
      static merge = { or: "sum" };
      @start() list() {
        return [1, 2, 3, 4];
      }
      @forEach("list") item(n: number) {
        return n;
      }
      @listen("item") async left(n: number) {
        await pause(5 - n);
        return `l${n}`;
      }
      @listen("item") async right(n: number) {
        await pause(n);
        return `r${n}`;
      }
      @listen(and("left", "right")) join({ left, right }: { left: string; right: string }) {
        this.state.joined.push(left + right);
      }
      @listen(or("left", "right")) first() {
        this.state.or += 1;
      }
    }
    const { state } = await new Turns().kickoff();
    expect([...state.joined].sort()).toEqual(["l1r1", "l2r2", "l3r3", "l4r4"]);
    expect(state.or).toBe(4);
  });

  test("in a loop each round's list is collected by itself; lists inside lists too", async () => {
    class Rounds extends Flow<typeof Rounds> {
      static state = z.object({ sums: z.array(z.number()).default([]), inner: z.array(z.string()).default([]) });
      @start() begin() {
        return [1];
      }
      @listen(or("begin", "again")) list(before: number[]) {
        return [...before, before.length + 1];
      }
      @forEach("list") item(n: number) {
        return Array.from({ length: n }, (_, i) => `${n}.${i}`);
      }
      @forEach("item") inner(name: string) {
        return name;
      }
      @listen(collect("inner")) note(all: string[]) {
        this.state.inner.push(all.join());
      }
      @listen(collect("item")) sum(all: string[][]) {
        this.state.sums.push(all.length);
        return all.map((_, i) => i + 1);
      }
      @router("sum", { routes: ["again", "done"] }) check(all: number[]) {
        return all.length < 4 ? route("again", all) : "done";
      }
      @listen("done") finish() {
        return "done";
      }
    }
    const { state, outputs } = await new Rounds().kickoff();
    expect(outputs.finish).toBe("done");
    expect(state.sums).toEqual([2, 3, 4]);
    expect(state.inner).toHaveLength(9);
    expect(state.inner).toContain("4.0,4.1,4.2,4.3");
  });

  test("two lists at once are two: each is collected by itself", async () => {
    class Two extends Flow<typeof Two> {
      static state = z.object({ sizes: z.array(z.number()).default([]) });
      @start() a() {
        return [1, 2];
      }
      @start() b() {
        return [1, 2, 3];
      }
      @forEach(each("a", "b"), { concurrency: 1 }) async work(n: number) {
        await pause();
        return n;
      }
      @listen(collect("work")) size(all: number[]) {
        this.state.sizes.push(all.length);
      }
    }
    expect((await new Two().kickoff()).state.sizes).toEqual([2, 3]);
  });
});
