/** A list of 200 elements; each call notes its idempotency key in a file before it does anything. */

import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { collect, Flow, forEach, listen, type MergeRules, start } from "millrace";
import { z } from "zod";

export const pileSize = 200;

const PileState = z.object({ total: z.number().default(0), heard: z.number().default(0) });

export class Pile extends Flow<typeof Pile> {
  static state = PileState;
  static merge = { total: "sum", heard: "sum" } satisfies MergeRules<z.output<typeof PileState>>;

  @start() list() {
    return Array.from({ length: pileSize }, (_, n) => ({ n }));
  }
  @forEach("list", {
    concurrency: 5,
    when: (_state, { n }) => n % 20 !== 7,
    retry: { attempts: 2, delay: 1, backoff: "fixed" },
  })
  async take({ n }: { n: number }, index: number) {
    const { idempotencyKey: key } = this.call;
    if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${key}\n`);
    await pause(n % 3);
    if (n % 50 === 9 && this.call.attempt === 1) throw new Error("the first attempt fails");
    this.state.total += n;
    return { index, key };
  }
  @listen("take") async hear() {
    this.state.heard += 1;
  }
  @listen(collect("take")) all(taken: { index: number; key: string }[]) {
    return taken.map(({ index }) => index);
  }
}
