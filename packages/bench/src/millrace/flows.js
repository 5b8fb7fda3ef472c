/** The workloads as a user of Millrace would write them, with a zod schema for the state. */
import { and, collect, elements, Flow, forEach, listen, or, router, start } from "millrace";
import { z } from "zod";
import { changeInPlace } from "../workloads/big-state.js";
import { atOnce } from "../workloads/in-memory.js";
import { addStep } from "./add-step.js";

export const SmallState = z.object({ count: z.number().default(0), last: z.string().default("") });

/** The methods are made apart from their class, so the compiler cannot hold the labels against them. */
const againOrDone = /** @type {any} */ ({ routes: ["again", "done"] });

function smallStep() {
  return async function () {
    this.state.count++;
    this.state.last = "x";
  };
}

/** Each step listens to the one before. */
export function chainFlow(steps) {
  class Chain extends Flow {
    static state = SmallState;
  }
  for (let index = 0; index < steps; index++) {
    const on = index === 0 ? start() : listen(`step${index - 1}`);
    addStep(Chain, `step${index}`, { on, method: smallStep() });
  }
  return Chain;
}

/**
 * A chain whose class is one piece of source text, as an author's is: V8 takes longer to add a thousand methods to a prototype
 * one by one than Millrace to make a plan of them. What is answered decorates them and compiles the plan.
 * @param {number} steps
 */
export function writtenChain(steps) {
  const names = Array.from({ length: steps }, (_, index) => `step${index}`);
  const methods = names.map((name) => `async ${name}() { this.state.count++; this.state.last = "x"; }`);
  const Chain = new Function("Flow", `return class Chain extends Flow { ${methods.join("\n")} }`)(Flow);
  Chain.state = SmallState;
  return () => {
    for (const [index, name] of names.entries()) {
      const on = index === 0 ? start() : listen(`step${index - 1}`);
      on(Chain.prototype, name, Object.getOwnPropertyDescriptor(Chain.prototype, name));
    }
    return Chain.plan();
  };
}

/** Every part adds its index to the same number: a rule says how concurrent writes of it are merged. */
export function fanOutFlow(width) {
  class FanOut extends Flow {
    static state = z.object({ count: z.number().default(0), sum: z.number().default(0) });
    static merge = { sum: "sum" };
  }
  const countUp = async function () {
    this.state.count++;
  };
  addStep(FanOut, "first", { on: start(), method: countUp });
  const parts = Array.from({ length: width }, (_, index) => `part${index}`);
  for (const [index, part] of parts.entries()) {
    const add = async function () {
      this.state.sum += index;
    };
    addStep(FanOut, part, { on: listen("first"), method: add });
  }
  addStep(FanOut, "join", { on: listen(and(...parts)), method: countUp });
  return FanOut;
}

/** One step for each element of a list; another one adds up what they answered. */
export function elementsFlow(count) {
  class Elements extends Flow {}
  const list = async () => Array.from({ length: count }, (_, index) => index);
  const sum = async (all) => all.reduce((total, one) => total + one, 0);
  addStep(Elements, "list", { on: start(), method: list });
  addStep(Elements, "each", { on: forEach("list", { concurrency: atOnce }), method: async (element) => element });
  addStep(Elements, "sum", { on: listen(collect("each")), method: sum });
  return Elements;
}

/** Three steps for each element: one may be in the last while another is in the first. */
export function stagesFlow(count) {
  class Stages extends Flow {}
  const list = async () => Array.from({ length: count }, (_, index) => index);
  const same = async (element) => element;
  const sum = async (all) => all.reduce((total, one) => total + one, 0);
  addStep(Stages, "list", { on: start(), method: list });
  addStep(Stages, "fetch", { on: forEach("list", { concurrency: atOnce }), method: same });
  addStep(Stages, "parse", { on: forEach(elements("fetch"), { concurrency: atOnce }), method: same });
  addStep(Stages, "store", { on: forEach(elements("parse"), { concurrency: atOnce }), method: same });
  addStep(Stages, "sum", { on: listen(collect("store")), method: sum });
  return Stages;
}

/** One step that does so many things once each. */
export function thingsFlow(count) {
  class Things extends Flow {}
  const all = async function () {
    let done = 0;
    while (done < count) done += await this.once(`thing ${done}`, async () => 1);
    return done;
  };
  addStep(Things, "all", { on: start(), method: all });
  return Things;
}

/** One step that is its own successor until the state says enough. */
export function loopFlow(turns) {
  class Loop extends Flow {
    static state = SmallState;
  }
  const work = async function () {
    this.state.count++;
    return this.state.count < turns ? "again" : "done";
  };
  addStep(Loop, "begin", { on: start(), method: async () => undefined });
  addStep(Loop, "work", { on: router(or("begin", "again"), againOrDone), method: work });
  return Loop;
}

/** A loop that is done when its `loop` says so. */
export function bigStateFlow(place, loop) {
  const Item = z.object({
    id: z.number(),
    name: z.string(),
    note: z.string(),
    tag: z.array(z.string()),
    n: z.number(),
  });
  class BigState extends Flow {
    static state = z.object({ mark: z.number(), items: z.array(Item) });
  }
  const work = async function () {
    changeInPlace(this.state, place, loop.next());
    return loop.done ? "done" : "again";
  };
  addStep(BigState, "begin", { on: start(), method: async () => undefined });
  addStep(BigState, "work", { on: router(or("begin", "again"), againOrDone), method: work });
  return BigState;
}

/** A loop, then one more step that first does what it is given. */
export function openRunFlow(turns, lastStep) {
  class OpenRun extends loopFlow(turns) {}
  const last = async function () {
    await lastStep();
    this.state.count++;
  };
  addStep(OpenRun, "last", { on: listen("done"), method: last });
  return OpenRun;
}
