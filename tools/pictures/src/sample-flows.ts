/** Flows with everything that can be drawn. */
import {
  and,
  approval,
  atLeast,
  collect,
  Flow,
  failed,
  forEach,
  keep,
  listen,
  or,
  race,
  route,
  router,
  settled,
  signal,
  start,
} from "millrace";
import { z } from "zod";

export class Review extends Flow<typeof Review> {
  static state = z.object({ topic: z.string(), rounds: z.number().default(0) });
  /** Looks things up. */
  @start() research() {
    return `notes on ${this.state.topic}`;
  }
  @listen(or("research", "rework")) write(notes: string) {
    this.state.rounds++;
    return `${notes}, draft ${this.state.rounds}`;
  }
  @router("write", { routes: ["good", "rework"] }) check(draft: string) {
    return this.state.rounds < 3 ? route("rework", "better notes") : route("good", draft);
  }
  @listen("good") publish(draft: string) {
    return draft;
  }
}

const Legal = signal("legal", z.object({ ok: z.boolean() }));

export class Contract extends Flow {
  @start({ retry: { attempts: 3, delay: "1ms" }, timeout: "30s" }) draft() {
    return "draft";
  }
  @router("draft") review(text: string) {
    return approval(text, { message: "Sign it?", outcomes: ["sign", "change"] });
  }
  @listen(and("sign", Legal)) send() {
    return "sent";
  }
  @listen("change", { when: () => true }) rewrite() {
    return "changed";
  }
  @listen(failed("send")) apologise() {
    return "sorry";
  }
  @listen(settled("send")) archive() {
    return "archived";
  }
}

export class Prices extends Flow {
  @start() shops() {
    return ["a", "b", "c", "d"];
  }
  @start() config() {
    return { currency: "EUR" };
  }
  @forEach("shops", { concurrency: 2, onError: "collect", retry: { attempts: 2, delay: "1ms" } })
  async fetchPrice(shop: string) {
    return shop.length;
  }
  @listen(and(collect(settled("fetchPrice")), "config")) compare() {
    return 1;
  }
  @listen(collect(settled("fetchPrice"))) log() {
    return 2;
  }
}

export class Joins extends Flow {
  @start() a() {
    return "a";
  }
  @start() b() {
    return "b";
  }
  @start() c() {
    return "c";
  }
  @start() d() {
    return "d";
  }
  @start() e() {
    return "e";
  }
  @start() f() {
    return "f";
  }
  @listen(and("a", or(and("b", "c"), atLeast(2, "d", "e", settled("f"))))) deep() {
    return "deep";
  }
  @listen(race("a", "b")) first() {
    return "first";
  }
  @listen(atLeast(2, "a", "b", "c")) most() {
    return "most";
  }
  @listen(and(keep("d"), "deep")) kept() {
    return "kept";
  }
}
