/**
 * One flow through four doors: a class, the builder, a document, and data that `fromDefinition` reads. It forks and joins, loops, tries
 * again, runs another flow, does a step in rounds, asks people, and waits for a signal.
 */
import {
  and,
  type DefinedFlow,
  Flow,
  flow,
  fromDefinition,
  listen,
  or,
  ref,
  repeated,
  router,
  signal,
  start,
  unchecked,
} from "millrace";
import { z } from "zod";
import { boundTools } from "../support/bound-tools.js";
import * as code from "./voyage-steps.js";

const inputs = z.object({ n: z.int() });
const state = z.object({ n: z.int().default(0), seen: z.array(z.string()).default([]) });
const merge = { n: "sum", seen: "append" } as const;
const Gone = signal("gone", z.int());
const twice = { retry: { attempts: 2, delay: 0 } } as const;
const threeRounds = repeated(code.round, { while: (_, round) => round < 3, max: 5 });
type N = { n: number };

class Harbour extends Flow<typeof Harbour> {
  static flowName = "harbour";
  static inputs = inputs;
  @start() port(given: N) {
    return code.port(given, boundTools(this));
  }
  @listen("port") quay(given: N) {
    return code.quay(given, boundTools(this));
  }
}

class Voyage extends Flow<typeof Voyage> {
  static flowName = "voyage";
  static inputs = inputs;
  static state = state;
  static merge = merge;
  @start() begin(given: N) {
    return code.begin(given, boundTools(this));
  }
  @listen("begin") left(given: N) {
    return code.left(given, boundTools(this));
  }
  @listen("begin", twice) right(given: N) {
    return code.right(given, boundTools(this));
  }
  @listen(and("left", "right")) both(given: { left: N; right: N }) {
    return code.both(given, boundTools(this));
  }
  @listen(or("both", unchecked<N>("again"))) work(given: N) {
    return code.work(given, boundTools(this));
  }
  @router("work", { routes: ["again", "enough"] }) check(given: N) {
    return code.check(given, boundTools(this));
  }
  @listen(unchecked<N>("enough")) harboured({ n }: N) {
    return this.runFlow(Harbour, { n }) as Promise<N>;
  }
  @listen("harboured") rounds({ n }: N) {
    return threeRounds({ n }, boundTools(this));
  }
  @router("rounds", { routes: ["yes", "no"] }) put(given: N) {
    return code.put(given);
  }
  @listen(and("rounds", unchecked<unknown>("yes"), Gone)) end({ rounds, gone }: { rounds: N; gone: number }) {
    return code.end({ rounds, gone }, boundTools(this));
  }
}

const n = (path: string) => () => ({ n: ref(`${path}.n`) });
const harbour = flow("harbour").input(inputs).step("port", code.port, n("input")).step("quay", code.quay, n("port"));
const voyage = flow("voyage")
  .input(inputs)
  .state(state)
  .merge(merge)
  .signal(Gone)
  .step("begin", code.begin, n("input"))
  .step("left", code.left, n("begin"))
  .step("right", code.right, n("begin"), twice)
  .step("both", code.both, ({ left, right }) => ({ left, right }))
  .step("work", code.work, { on: or("both", "again") })
  .router("check", code.check, { on: "work", routes: ["again", "enough"] })
  .step("harboured", harbour, n("enough"), { on: "enough" })
  .step("rounds", threeRounds, n("harboured"))
  .router("put", code.put, { on: "rounds", routes: ["yes", "no"] })
  .step("end", code.end, { on: and("rounds", "yes", Gone) });

export const doorNames = ["class", "builder", "document", "data"] as const;
export type Door = (typeof doorNames)[number];

/** `folder`: where voyage.yaml lies. */
export async function voyageBy(door: Door, folder: string): Promise<DefinedFlow> {
  if (door === "class") return Voyage as unknown as DefinedFlow;
  if (door === "builder") return voyage.toClass() as unknown as DefinedFlow;
  if (door === "data") return byData();
  // read where it is asked for: most processes of the tests live shorter than that takes
  const { loadDocument } = await import("@millrace/document");
  const { flows } = await loadDocument(`${folder}/voyage.yaml`, { importModule: async () => code });
  return flows.voyage!;
}

function byData(): Promise<DefinedFlow> {
  const { begin, left, right, both, work, check, put, end } = code;
  const steps = { begin, left, right, both, work, check, harboured: harbour.toClass(), rounds: threeRounds, put, end };
  return fromDefinition(JSON.parse(JSON.stringify(voyage.toClass().toDefinition())), { steps } as never);
}
