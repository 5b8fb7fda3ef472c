/** The flows that the crash tests kill, written down as data and read again: the same plan, the same run. */
import { type Flow, type FlowOptions, MemoryPersistence } from "millrace";
import { expect, test } from "vitest";
import { throughData } from "../../core/test/support/through-data.js";
import { Bill } from "./crash/bill.js";
import { Desk } from "./crash/desk.js";
import { Errands, Gate, Interview, Millwheel, Tally } from "./crash/flows.js";
import { RenamedGate, WiderGate } from "./crash/gates.js";
import { Council, Grove, Member } from "./crash/grove.js";
import { Ledger } from "./crash/ledger.js";
import { Pages } from "./crash/pages.js";
import { Pile } from "./crash/pile.js";

type AnyFlow = Flow<any>;
const flows = { Bill, Council, Desk, Errands, Gate, Grove, Interview, Member, Millwheel, Pages, Pile, Tally };

/** What depends neither on time nor on the order in which steps that run at once end. */
const settledIn = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, of) =>
      ["at", "until", "retryAt", "stack"].includes(key)
        ? undefined
        : Array.isArray(of)
          ? [...of].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
          : of,
    ),
  );

async function told(make: (options: FlowOptions<any>) => AnyFlow) {
  const flow = make({ persistence: new MemoryPersistence() });
  // some of them take a name, the others nothing
  let result: any = await flow
    .kickoff({ name: "Ada" } as never, { id: "run" })
    .catch(() => flow.kickoff({}, { id: "run" }));
  for (let round = 0; result.status === "waiting"; round++) {
    expect(round).toBeLessThan(20);
    const [waited] = result.waitingFor;
    if (waited.kind === "signal") result = await flow.signal("run", waited.name, 1);
    else {
      const [question] = (await flow.runs.questions()).questions;
      const [inner] = waited.waitingFor ?? [];
      const outcome = question?.outcomes?.[0];
      result = await flow.runs.answer(
        question?.id ?? inner.name,
        outcome === undefined ? "yes" : { outcome, feedback: { note: "fine" } },
      );
    }
  }
  const entries = (await flow.runs.history("run")).map(({ entry }) => `${entry.type} ${"step" in entry && entry.step}`);
  const { output, state, usage } = result;
  // of a step that is called per element it is the element that was done last
  const perElement = (flow.constructor as typeof Flow).plan().steps.filter(({ forEach }) => forEach);
  const outputs = { ...result.outputs };
  for (const { name } of perElement) delete outputs[name];
  return settledIn({ output, outputs, state, usage, entries });
}

test.each(Object.entries(flows))("%s", async (_, FlowClass) => {
  const make = (options: FlowOptions<any>) => new FlowClass(options) as unknown as AnyFlow;
  const read = await throughData(make);
  expect((read({}).constructor as typeof Flow).plan()).toEqual(FlowClass.plan());
  expect(await told(read)).toEqual(await told(make));
});

test.each([Ledger, RenamedGate, WiderGate])("%o", async (FlowClass) => {
  const read = await throughData((options) => new FlowClass(options as never) as unknown as AnyFlow);
  expect((read({}).constructor as typeof Flow).plan()).toEqual(FlowClass.plan());
});
