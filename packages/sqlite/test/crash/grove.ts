/** Flows that run flows. Every step of a leaf notes its idempotency key in a file before it does anything. */
import { appendFileSync } from "node:fs";
import { collect, Flow, forEach, listen, start } from "millrace";
import { z } from "zod";
import { slowly } from "./slowly.js";

class Leaf extends Flow<typeof Leaf> {
  static state = z.object({ name: z.string(), seen: z.number().default(0) });
  static output = z.string();

  @start() async sprout() {
    this.#note();
    await slowly(1);
    this.state.seen++;
    this.addUsage({ leaves: 1 });
    return this.state.name;
  }
  @listen("sprout") async open(name: string) {
    this.#note();
    this.state.seen++;
    this.addUsage({ opened: 1 });
    return `${name}${this.state.seen}`;
  }
  #note() {
    if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${this.call.idempotencyKey}\n`);
  }
}

class Twig extends Flow<typeof Twig> {
  static inputs = z.object({ name: z.string() });
  static output = z.string();
  @start() async grow({ name }: { name: string }) {
    return `(${await this.runFlow(Leaf, { name })})`;
  }
}

/** Two leaves at once, and one on a twig. */
export class Grove extends Flow {
  @start() async plant() {
    const [first, second] = await Promise.all(["a", "b"].map((name) => this.runFlow(Leaf, { name }, { key: name })));
    return `${first} ${second} ${await this.runFlow(Twig, { name: "c" })}`;
  }
}

/** Asks one question. */
export class Member extends Flow<typeof Member> {
  static inputs = z.object({ name: z.string() });
  static state = z.object({ asked: z.number().default(0) });
  @start() async vote({ name }: { name: string }) {
    this.state.asked++;
    return `${name} says ${await this.ask(`${name}?`)}`;
  }
}

/** A list of runs each of which asks somebody. */
export class Council extends Flow {
  @start() members() {
    return ["Ada", "Bob"];
  }
  @forEach("members") async hear(name: string) {
    return this.runFlow(Member, { name });
  }
  @listen(collect("hear")) tell(votes: unknown[]) {
    return votes.join(", ");
  }
}
