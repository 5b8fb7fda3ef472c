/** Flows made by chance, as plain data; `three-doors.ts` writes them as classes, with the builder and as documents. */
import fc from "fast-check";
import type { Behaviour } from "../fixtures/random-steps.js";

export interface Source {
  readonly name: string;
  readonly as: "needed" | "default" | "outcome";
}

export interface RandomStep {
  readonly does: Behaviour;
  /** Steps, labels and the signal `go`; at least one is needed, if there are any. None: it starts. */
  readonly sources: readonly Source[];
  readonly when: { readonly over: number; readonly odd: boolean } | undefined;
}

export type RandomFlow = readonly RandomStep[];

const step = fc.record({
  does: fc.record({
    adds: fc.integer({ min: 0, max: 3 }),
    usage: fc.integer({ min: 0, max: 2 }),
    once: fc.boolean(),
    emits: fc.boolean(),
    later: fc.boolean(),
    fails: fc.constantFrom("never", "never", "never", "never", "first", "always"),
    routes: fc.constantFrom(false, false, true),
    asks: fc.constantFrom(false, false, true),
    rounds: fc.constantFrom(0, 0, 0, 1, 3),
    child: fc.option(fc.nat({ max: 2 }), { nil: undefined, freq: 2 }),
  }),
  picks: fc.array(
    fc.record({
      at: fc.nat(),
      as: fc.constantFrom("needed", "needed", "default", "outcome"),
      odd: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  signalled: fc.constantFrom(false, false, false, true),
  when: fc.option(fc.record({ over: fc.nat({ max: 5 }), odd: fc.boolean() }), { nil: undefined, freq: 2 }),
});

export const randomFlows: fc.Arbitrary<RandomFlow> = fc
  .tuple(fc.boolean(), fc.array(step, { minLength: 2, maxLength: 6 }))
  .map(([timed, drawn]) => {
    const steps: RandomStep[] = [];
    for (const [i, { does: done, picks, signalled, when }] of drawn.entries()) {
      const does = plain(done);
      const sources = new Map<string, Source>();
      for (const { at, as, odd } of i === 0 ? [] : picks) {
        const { does: from } = steps[at % i]!;
        const name = from.routes ? `${from.step}_${odd ? "odd" : "even"}` : from.step;
        sources.set(name, { name, as: from.routes ? "needed" : as });
      }
      // with something that comes once: what hears the signal alone would wait for the next one for ever
      const once = [...sources.values()].some(({ as, name }) => as === "needed" && !name.includes("_"));
      if (signalled && once) sources.set("go", { name: "go", as: "needed" });
      const list = [...sources.values()];
      if (list.length > 0 && !list.some(({ as }) => as === "needed")) list[0] = { ...list[0]!, as: "needed" };
      // what takes time ends in an order that nobody promises: nothing may depend on it there
      const own = timed
        ? { fails: does.fails === "always" ? ("never" as const) : does.fails }
        : {
            fails: does.fails === "first" ? ("never" as const) : does.fails,
            later: false,
            once: false,
            child: undefined,
          };
      const made: RandomStep = { does: { ...does, ...own, step: `s${i}` }, sources: list, when };
      steps.push(timed && !oddSource(made) ? { ...made, when: undefined } : made);
    }
    return steps;
  });

/** What asks is a router; what is repeated does nothing but make a value in each round. */
function plain<D extends Omit<Behaviour, "step">>(does: D): D {
  if (does.rounds === 0) return { ...does, asks: does.asks && does.routes };
  const round = { adds: does.adds, once: false, later: false, child: undefined, fails: "never", routes: false };
  return { ...does, ...round, asks: false };
}

/** The step whose result `when` looks at; undefined: it looks at the state. */
export const oddSource = ({ sources }: RandomStep) =>
  sources.find(({ name, as }) => as === "needed" && !name.includes("_") && name !== "go")?.name;

export const isTimed = (flow: RandomFlow) =>
  flow.some(
    ({ does }) => does.later || does.once || does.rounds > 0 || does.child !== undefined || does.fails === "first",
  );

/** Whether what comes out depends on the order in which steps that run at once end. */
export const hangsOnOrder = (flow: RandomFlow) =>
  flow.some((step) => (step.when && !oddSource(step)) || step.does.fails === "always");

/** Whether it may wait for people or the signal. */
export const waits = (flow: RandomFlow) =>
  flow.some(({ does, sources }) => does.asks || sources.some(({ name }) => name === "go"));
