/** A list whose elements go through three steps one by one, and a fourth several at once; each call notes its idempotency key in a file before it does anything. */

import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import {
  batched,
  batches,
  collect,
  each,
  elements,
  Flow,
  forEach,
  listen,
  type MergeRules,
  type Settled,
  settled,
  start,
} from "millrace";
import { z } from "zod";

export const stagesSize = 60;

const StagesState = z.object({ stored: z.number().default(0) });

interface Carried {
  readonly n: number;
  readonly key: string;
}

export class Stages extends Flow<typeof Stages> {
  static state = StagesState;
  static merge = { stored: "sum" } satisfies MergeRules<z.output<typeof StagesState>>;

  @start() list() {
    return Array.from({ length: stagesSize }, (_, n) => n);
  }
  @forEach("list", { concurrency: 5, onError: "collect" }) async fetch(n: number) {
    const key = this.#note();
    await pause(n % 3);
    if (n % 20 === 9) throw new Error("gone");
    return { n, key };
  }
  @forEach(elements("fetch"), {
    concurrency: 2,
    onError: "collect",
    when: (_state, { n }) => n % 20 !== 7,
    retry: { attempts: 2, delay: 1, backoff: "fixed" },
  })
  async parse({ n }: Carried) {
    const key = this.#note();
    await pause(1);
    if (n % 20 === 5 && this.call.attempt === 1) throw new Error("the first attempt fails");
    return { n: n * 2, key };
  }
  @forEach(elements("parse"), { concurrency: 3 }) async store({ n }: Carried, index: number) {
    const key = this.#note();
    this.state.stored += n;
    return { n: n + index, key };
  }
  @forEach(batches(elements("store", "fetch", each("list")), 4), { concurrency: 2 })
  async post(some: { store: Carried; fetch: Carried; list: number }[]) {
    const key = this.#note();
    await pause(1);
    this.state.stored += some.length;
    return batched(some.map(({ store, fetch, list }) => ({ n: store.n + fetch.n - list, key })));
  }
  @listen(collect(settled("post"))) all(ends: Settled<Carried>[]) {
    return ends.map((end) => (end.status === "completed" ? end.value.n : end.status));
  }
  @listen(collect("fetch")) fetched(all: Carried[]) {
    return all.length;
  }

  #note(): string {
    const { idempotencyKey: key } = this.call;
    if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${key}\n`);
    return key;
  }
}
