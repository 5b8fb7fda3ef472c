/** Later releases of the flow Gate, for the runs that it has stored. */
import { and, Flow, listen, or, signal, start } from "millrace";
import { z } from "zod";

const state = z.object({ seen: z.array(z.number()).default([]), late: z.string().default("filled in") });

/** One more start before, one more step after, and a key with a default. */
export class WiderGate extends Flow<typeof WiderGate> {
  static flowName = "Gate";
  static version = "2";
  static state = state;

  @start() knock() {}
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
  @listen(or("two")) async three(sum: number) {
    return `${sum} ${this.state.late}`;
  }
}

/** Other names, and a state of another shape. */
export class RenamedGate extends Flow<typeof RenamedGate> {
  static flowName = "Gate";
  static version = "3";
  static state = z.object({ numbers: z.array(z.number()) });

  @start() async unlock() {
    return "open";
  }
  @listen(and("unlock", signal("first", z.number()))) async early({ first }: { first: number }) {
    this.state.numbers.push(first);
    return first;
  }
  @listen(and("early", signal("second", z.number()))) async late({ early, second }: { early: number; second: number }) {
    this.state.numbers.push(second);
    return early + second;
  }
}

export const toRenamed = {
  rename: { open: "unlock", one: "early", two: "late" },
  state: ({ seen }: { seen: number[] }) => ({ numbers: seen }),
};
