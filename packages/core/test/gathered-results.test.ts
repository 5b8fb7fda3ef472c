import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { collect, Flow, FlowError, forEach, listen, start } from "../src/index.js";

async function* count(to: number, ended?: () => void): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= to; n++) {
      await pause();
      yield n;
    }
  } finally {
    ended?.();
  }
}

/** A source of pages that is no generator, as clients of services have them. */
const pages = (to: number, ended?: () => void): AsyncIterable<number> => ({
  [Symbol.asyncIterator]: () => count(to, ended),
});

describe("what a step returns to iterate over is gathered", () => {
  test("async iterables, streams and iterators, returned or promised, are lists for forEach and arrays for listeners", async () => {
    class Sources extends Flow {
      @start() ofPages() {
        return pages(3);
      }
      @start() async ofStream() {
        return Readable.from(["a", "b"]) as AsyncIterable<string>;
      }
      @start() ofKeys() {
        return new Map([["x", 1]]).keys();
      }
      @start() async ofOwn() {
        return {
          *[Symbol.iterator]() {
            yield 7;
          },
        };
      }
      @forEach("ofPages") page(n: number, index: number) {
        return n * 10 + index;
      }
      @forEach("ofStream") letter(text: string) {
        return text.toUpperCase();
      }
      @forEach("ofKeys") key(name: string) {
        return name;
      }
      @forEach("ofOwn") own(n: number) {
        return n;
      }
      @listen(collect("page")) sum(all: number[]) {
        return all;
      }
      @listen("ofPages") whole(all: number[]) {
        return all;
      }
    }
    const { outputs } = await new Sources().kickoff();
    expect(outputs.sum).toEqual([10, 21, 32]);
    expect(outputs.whole).toEqual([1, 2, 3]);
    expect(outputs.ofStream).toEqual(["a", "b"]);
    expect(outputs.ofKeys).toEqual(["x"]);
    expect([outputs.letter, outputs.key, outputs.own]).toEqual(["B", "x", 7]);
  });

  test("a source that breaks off is a failure of the step, and begins anew with its retry", async () => {
    let tries = 0;
    class Breaking extends Flow {
      @start({ retry: { attempts: 2, delay: 0 } }) async list() {
        const attempt = ++tries;
        return {
          async *[Symbol.asyncIterator]() {
            yield 1;
            if (attempt === 1) throw new Error("the wire was cut");
            yield 2;
          },
        };
      }
      @forEach("list") work(n: number) {
        return n;
      }
      @listen(collect("work")) done(all: number[]) {
        return all;
      }
    }
    expect((await new Breaking().kickoff()).outputs.done).toEqual([1, 2]);
    expect(tries).toBe(2);
  });

  test("a step whose time is up asks its source for no more", async () => {
    let ended = false;
    class Slow extends Flow {
      @start({ timeout: 30 }) list() {
        return pages(100_000, () => {
          ended = true;
        });
      }
    }
    const error = await new Slow().kickoff().catch((thrown: unknown) => thrown);
    expect(FlowError.is(error, "STEP_TIMEOUT")).toBe(true);
    await expect.poll(() => ended).toBe(true);
  });

  test("the source may use the step's state and call", async () => {
    class Counting extends Flow<{ read: number }> {
      override readonly initialState = { read: 0 };
      @start() list() {
        const lines = async function* (this: Counting) {
          for (const line of ["a", "b"]) {
            await pause();
            this.state.read++;
            yield `${this.call.step} ${line}`;
          }
        };
        return { [Symbol.asyncIterator]: () => lines.call(this) };
      }
    }
    const { state, outputs } = await new Counting().kickoff();
    expect(state.read).toBe(2);
    expect(outputs.list).toEqual(["list a", "list b"]);
  });

  test("100,000 items", async () => {
    class Many extends Flow {
      @start() list(): AsyncIterable<number> {
        return Readable.from(Array.from({ length: 100_000 }, (_, n) => n));
      }
      @listen("list") size(all: number[]) {
        return all.length;
      }
    }
    expect((await new Many().kickoff()).outputs.size).toBe(100_000);
  });
});
