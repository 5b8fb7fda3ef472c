/** A loop whose entries weigh so much that a snapshot is due every few turns; the state holds the keys of all calls that count. */
import { appendFileSync } from "node:fs";
import { Flow, listen, or, router, start } from "millrace";
import { z } from "zod";

export const turns = 10;

export class Pages extends Flow<typeof Pages> {
  static state = z.object({
    turn: z.number().default(0),
    page: z.string().default(""),
    keys: z.array(z.string()).default([]),
  });

  @start() async begin() {
    this.#note();
  }
  @listen(or("begin", "again")) async write() {
    this.#note();
    this.state.turn++;
    this.state.page = `${this.state.turn} `.repeat(6_000);
  }
  @router("write", { routes: ["again", "done"] }) async check() {
    this.#note();
    return this.state.turn < turns ? "again" : "done";
  }
  @listen("done") async end() {
    this.#note();
    return this.state.turn;
  }

  #note() {
    const { idempotencyKey, step, number } = this.call;
    if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${idempotencyKey}\n`);
    this.state.keys.push(`run:${step}:${number}`);
  }
}
