/** Flows made by chance and written through every door: one plan, the same events, journal and end, also after any cut. */
import { simulate } from "@millrace/testing";
import fc from "fast-check";
import { type DefinedFlow, type FlowEvent, fromDefinition, MemoryPersistence } from "millrace";
import { beforeAll, expect, test } from "vitest";
import { stoppingAt } from "../../core/test/support/stopping-at.js";
import { driven } from "./support/driven.js";
import { hangsOnOrder, isTimed, type RandomFlow, randomFlows, waits } from "./support/random-flows.js";
import { asBuilder, asClass, asData, asDocument, innerFlowsOfAllDoors } from "./support/three-doors.js";

let inner: { shift: number };
beforeAll(async () => {
  inner = await innerFlowsOfAllDoors();
});

const doorsOf = async (flow: RandomFlow) =>
  [asClass(flow), asBuilder(flow), await asDocument(flow), await asData(flow)] as const;

/** What is told, but for when, where, and what keeps the inputs. */
const passing = new Set(["at", "durationMs", "retryAt", "stack", "owner", "keepsInputs", "id"]);
const bare = (value: unknown, without: readonly string[] = []) =>
  JSON.parse(
    JSON.stringify(value, (key, of) => {
      if (passing.has(key) || without.includes(key)) return undefined;
      // in the order in which they were asked
      return key === "waitingFor" ? [...of].sort((a, b) => (a.name < b.name ? -1 : 1)) : of;
    }),
  );

/** Where the order of the end is nobody's promise: by step, without what depends on it. */
function byStep(all: readonly any[]) {
  const groups: Record<string, object[]> = {};
  for (const told of all) {
    const key = `${told.runId} ${told.step ?? told.entry?.step ?? told.type ?? told.entry?.type}`;
    groups[key] ??= [];
    groups[key].push(bare(told, ["seq", "call", "patches", "snapshot", "position"]));
  }
  return groups;
}

async function story(Door: DefinedFlow, made: RandomFlow) {
  const events: object[] = [];
  const flow = new Door({ persistence: new MemoryPersistence() });
  flow.events.on("*", (event: FlowEvent) => {
    events.push(bare(event));
  });
  const end = await driven(flow, "run").then(
    (result) => bare({ ...result, id: undefined }),
    (error) => bare({ code: error.code, step: error.step, message: error.message }),
  );
  const history = (await flow.runs.history("run")).map((position) => bare(position));
  return isTimed(made) ? { end, events: byStep(events), history: byStep(history) } : { end, events, history };
}

test("one plan, and the same events, journal and end", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomFlows, async (made) => {
      const [byClass, ...others] = await doorsOf(made);
      inner.shift = 0;
      const expected = await story(byClass, made);
      for (const [i, Door] of others.entries()) {
        expect(Door.plan()).toEqual(byClass.plan());
        // what it runs inside comes through another door each time
        inner.shift = i + 1;
        expect(await story(Door, made)).toEqual(expected);
      }
    }),
    { numRuns: Number(process.env.N ?? 25) },
  );
});

test("cut off at any commit, it goes on through any door to the same end", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomFlows, async (made) => {
      fc.pre(!hangsOnOrder(made));
      const doors = await doorsOf(made);
      for (const [i, Begun] of doors.entries()) {
        inner.shift = i;
        // every fork has runs of its own inside: the first one must not go for them
        const persistence = new MemoryPersistence({ keepRuns: Number.POSITIVE_INFINITY });
        const begun = new Begun({ persistence });
        const expected = await driven(begun, "run");
        for (const { seq } of await begun.runs.history("run")) {
          inner.shift++;
          const other = new doors[(i + seq) % doors.length]!({ persistence });
          const { id } = await other.runs.fork("run", { at: seq });
          const { output, state, outputs } = await driven(other, id);
          expect([output, state, outputs]).toEqual([expected.output, expected.state, expected.outputs]);
        }
      }
    }),
    { numRuns: Number(process.env.N ?? 8) },
  );
});

test("stopped at any write, it goes on through any door to the same end", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomFlows, async (made) => {
      fc.pre(!hangsOnOrder(made));
      const doors = await doorsOf(made);
      const { output, state, outputs, usage } = await driven(
        new doors[0]!({ persistence: new MemoryPersistence() }),
        "run",
      );
      for (let write = 1, stopped = true; stopped; write++) {
        inner.shift = write;
        const store = new MemoryPersistence();
        const stop = new AbortController();
        const first = new doors[write % doors.length]!({ persistence: stoppingAt(write, store, stop) });
        stopped = await driven(first, "run", stop.signal).then(
          () => false,
          (error) => error.code === "RUN_STOPPED" || expect.unreachable(error),
        );
        inner.shift++;
        const next = new doors[(write + 1 + Math.floor(write / doors.length)) % doors.length]!({ persistence: store });
        const end = await driven(next, "run");
        expect([end.output, end.state, end.outputs, end.usage]).toEqual([output, state, outputs, usage]);
      }
    }),
    { numRuns: Number(process.env.N ?? 8) },
  );
});

test("any order, and a crash at any commit, come to the same end", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomFlows, async (made) => {
      fc.pre(!hangsOnOrder(made) && !waits(made));
      for (const Door of await doorsOf(made)) {
        const ends = new Set<string>();
        const check = ({ outputs, state, usage = {} }: any) =>
          void ends.add(JSON.stringify([sorted(outputs), state, sorted(usage)]));
        await simulate(Door, { inputs: { n: 2 } as never, crashes: 1, runs: 30, check });
        expect([...ends]).toHaveLength(1);
      }
    }),
    { numRuns: Number(process.env.N ?? 3) },
  );
});

const sorted = (of: object) => Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));

test("written down and read again it is the same", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomFlows, async (made) => {
      for (const Door of await doorsOf(made)) {
        const data = Door.toDefinition();
        const named = (steps: typeof data.steps, of: () => unknown) =>
          Object.fromEntries(steps.map(({ name }) => [name, of]));
        const read = await fromDefinition(JSON.parse(JSON.stringify(data)), {
          steps: named(data.steps, () => undefined),
          when: named(
            data.steps.filter(({ when }) => when),
            () => true,
          ) as never,
        });
        expect(read.plan()).toEqual(Door.plan());
        expect(read.toDefinition()).toEqual(data);
      }
    }),
    { numRuns: Number(process.env.N ?? 10) },
  );
});
