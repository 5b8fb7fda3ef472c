/** The flows that the crash tests kill. Every step notes its idempotency key in a file before it does anything. */

import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { and, Flow, keep, leaveBehind, listen, type MergeRules, or, router, signal, start } from "millrace";
import { z } from "zod";
import { slowly } from "./slowly.js";

const RaceState = z.object({
  rounds: z.number().default(0),
  total: z.number().default(0),
  seen: z.array(z.string()).default([]),
  at: z.date().default(new Date(0)),
});

/** A loop around a fan-out and a join, beside it a one-off that is kept for every round; each step returns its key. */
export class Millwheel extends Flow<typeof Millwheel> {
  static state = RaceState;
  static merge = { total: "sum" } satisfies MergeRules<z.output<typeof RaceState>>;

  @start() async begin() {
    return this.#note();
  }
  @start() async config() {
    await pause(1);
    this.state.at = new Date(1_000_000);
    return { factor: 3, ...this.#note() };
  }
  @listen(or("begin", "again")) async plan() {
    this.state.rounds++;
    return { round: this.state.rounds, ...this.#note() };
  }
  @listen(and(keep("config"), "plan")) async left({
    plan,
    config,
  }: {
    plan: { round: number };
    config: { factor: number };
  }) {
    return this.#work(plan.round * config.factor);
  }
  @listen("plan") async middle({ round }: { round: number }) {
    await pause(2);
    return this.#work(round);
  }
  @listen("plan", { retry: { attempts: 3, delay: 1, backoff: "fixed" } }) async right({ round }: { round: number }) {
    if (this.call.attempt === 1) throw new Error("the first attempt always fails");
    return this.#work(round);
  }
  @router(and("left", "middle", "right"), { routes: ["again", "done"] }) check() {
    this.#note();
    return this.state.rounds < 4 ? "again" : "done";
  }
  @listen("done") async finish() {
    return { rounds: this.state.rounds, total: this.state.total, ...this.#note() };
  }

  async #work(amount: number) {
    const { key } = this.#note();
    await pause(1);
    this.state.total += amount;
    this.state.seen.push(`${this.call.step}${this.call.number}`);
    return { key };
  }
  #note() {
    const { idempotencyKey: key } = this.call;
    if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${key}\n`);
    return { key };
  }
}

/** Waits for two signals in a row. */
export class Gate extends Flow<typeof Gate> {
  static state = z.object({ seen: z.array(z.number()).default([]) });

  @start() async open() {
    return "open";
  }
  @listen(and("open", signal("first", z.number()))) async one({ first }: { first: number }) {
    this.state.seen.push(first);
    return first;
  }
  @listen(and("one", signal("second", z.number()))) async two({ one, second }: { one: number; second: number }) {
    this.state.seen.push(second);
    return one + second;
  }
}

/** One step that takes its time, and a signal that is heard meanwhile. */
export class Slow extends Flow<typeof Slow> {
  static state = z.object({ ticks: z.array(z.unknown()).default([]), done: z.number().default(0) });

  @start() async long() {
    await slowly(400);
    this.state.done++;
    if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${this.call.idempotencyKey}\n`);
    return "long";
  }
  @listen(signal("tick")) async tick(payload: unknown) {
    this.state.ticks.push(payload);
  }
  @listen(and("long", signal("tick"))) async both() {
    return "both";
  }
}

/** One step that does three things once each, with a sleep after each. */
export class Errands extends Flow<typeof Errands> {
  static state = z.object({ did: z.array(z.string()).default([]) });

  @start() async go() {
    for (const item of ["a", "b", "c"]) {
      const done = await this.once(item, async () => {
        if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${item}\n`);
        await pause(1);
        return item.toUpperCase();
      });
      this.state.did.push(done);
      await this.sleep(Number(process.env.SLEEP_MS ?? 2));
    }
    return this.state.did.join("");
  }
}

/** Counts the turns of a session, in two steps. */
export class Tally extends Flow<typeof Tally> {
  static state = z.object({ turns: z.number().default(0), runs: z.array(z.string()).default([]) });

  @start() async begin() {
    this.state.runs.push(this.call.runId);
    await slowly(1);
  }
  @listen("begin") async count() {
    return ++this.state.turns;
  }
}

/** What each of its runs says is long, and all that was said before goes on with the session. */
export class Chronicle extends Flow<typeof Chronicle> {
  static state = z.object({ said: z.array(z.string()).default([]) });

  @start() async say() {
    this.state.said.push(saidBy(this.call.runId));
    await pause(1);
  }
}

export const saidBy = (run: string): string => Array.from({ length: 400 }, (_, i) => `${run}${i * 7919}`).join(" ");

/** Asks twice, each time after something that is to be done once. */
export class Interview extends Flow<typeof Interview> {
  static state = z.object({ said: z.array(z.string()).default([]) });

  @start() async talk() {
    for (const question of ["name", "city"]) {
      await this.once(`ring ${question}`, () => {
        if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `ring ${question}\n`);
      });
      this.state.said.push(await this.ask(`${question}?`, { key: question }));
    }
    return this.state.said.join(" in ");
  }
}

/** Begins to say something, and is cancelled in the middle of it. */
export class Remark extends Flow<typeof Remark> {
  static state = z.object({ said: z.array(z.string()).default([]) });

  @start() async say() {
    const { abortSignal, runId } = this.call;
    leaveBehind(() => ({ said: [runId] }));
    void this.runs.cancel(runId);
    await new Promise((resolve) => abortSignal.addEventListener("abort", resolve));
    abortSignal.throwIfAborted();
  }
}
