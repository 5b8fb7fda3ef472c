/** Flows of 200 steps: a long way with loops and branches, and many at once. */
import { flowClass, type StepDefinition } from "millrace";

type Condition = StepDefinition["conditions"][number];

const name = (of: string): Condition => ({ kind: "name", name: of });
const step = (named: string, conditions: Condition[], rest: Partial<StepDefinition> = {}): StepDefinition => ({
  name: named,
  starts: conditions.length === 0,
  conditions,
  router: false,
  invoke: () => named,
  ...rest,
});

/** Pieces of ten steps, each with a fork, a join and a loop. */
function piece(i: number): StepDefinition[] {
  const at = (what: string) => `${what} ${i}`;
  const before = i === 0 ? [] : [name(`done ${i - 1}`)];
  return [
    step(at("fetch"), before),
    step(at("parse the page"), [{ kind: "or", of: [name(at("fetch")), name(at("again"))] }]),
    step(at("words"), [name(at("parse the page"))]),
    step(at("links"), [name(at("parse the page"))]),
    step(at("pictures"), [name(at("parse the page"))]),
    step(at("merge"), [{ kind: "and", of: [name(at("words")), name(at("links")), name(at("pictures"))] }]),
    step(at("judge"), [name(at("merge"))], { router: true, routes: [at("again"), at("good")] }),
    step(at("store"), [name(at("good"))]),
    step(at("tell"), [name(at("store"))]),
    step(at("done"), [name(at("store"))]),
  ];
}

const pieces = Array.from({ length: 20 }, (_, i) => piece(i)).flat();
export const Chain = flowClass({ name: "Chain", steps: pieces, signals: new Map() });

const shops = Array.from({ length: 198 }, (_, i) => `shop ${i}`);
export const Fan = flowClass({
  name: "Fan",
  signals: new Map(),
  steps: [
    step("list", []),
    ...shops.map((shop) => step(shop, [name("list")])),
    step("compare", [{ kind: "and", of: shops.map(name) }]),
  ],
});
