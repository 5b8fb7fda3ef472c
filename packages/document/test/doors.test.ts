/** The same flows through three doors: one plan, the same events, the same ends, and each goes on with what another has begun. */
import { fileURLToPath } from "node:url";
import { formatProblems, loadDocument } from "@millrace/document";
import {
  and,
  type DefinedFlow,
  Flow,
  type FlowEvent,
  flow,
  fromDefinition,
  listen,
  MemoryPersistence,
  or,
  ref,
  router,
  type StepTools,
  start,
  unchecked,
} from "millrace";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import * as code from "./fixtures/doors.js";

const inputs = z.object({ n: z.int() });
const state = z.object({ n: z.int().default(0) });
type N = { n: number };
const toolsOf = (on: object) => on as StepTools<N>;

class Chain extends Flow<typeof Chain> {
  static flowName = "chain";
  static inputs = inputs;
  static state = state;
  @start() first(given: N) {
    return code.double(given);
  }
  @listen("first", { retry: { attempts: 2 }, timeout: "10s" }) second(given: N) {
    return code.add(given, toolsOf(this));
  }
  @listen("second") last(given: N) {
    return code.tell(given);
  }
}

class Join extends Flow<typeof Join> {
  static flowName = "join";
  static inputs = inputs;
  static state = state;
  static merge = { n: "sum" } as const;
  @start() left(given: N) {
    return code.double(given);
  }
  @start() right(given: N) {
    return code.add(given, toolsOf(this));
  }
  @listen(and("left", "right")) both(given: { left: N; right: N }) {
    return code.sum(given);
  }
}

class Loop extends Flow<typeof Loop> {
  static flowName = "loop";
  static inputs = inputs;
  static state = state;
  @start() begin(given: N) {
    return code.double(given);
  }
  @listen(or("begin", "again")) work(given: unknown) {
    return code.work(given, toolsOf(this));
  }
  @router("work", { routes: ["again", "done"] }) check(given: N) {
    return code.check(given);
  }
  @listen("done") end(given: unknown) {
    return code.total(given, toolsOf(this));
  }
}

class Approve extends Flow<typeof Approve> {
  static flowName = "approve";
  static inputs = inputs;
  @start() first(given: N) {
    return code.double(given);
  }
  @router("first", { routes: ["yes", "no"] }) put(given: N) {
    return code.put(given);
  }
  @listen(and("first", unchecked<unknown>("yes"))) end({ first }: { first: N }) {
    return code.tell(first);
  }
}

class Skip extends Flow<typeof Skip> {
  static flowName = "skip";
  static inputs = inputs;
  static state = state;
  @start() first(given: N) {
    return code.add(given, toolsOf(this));
  }
  @listen("first", { when: ({ n }) => n > 5 }) large(given: N) {
    return code.double(given);
  }
  @listen("large") larger(given: N) {
    return code.double(given);
  }
  @listen("first") told(given: N) {
    return code.tell(given);
  }
}

const n = (path: string) => () => ({ n: ref(`${path}.n`) });
const built = {
  chain: flow("chain")
    .input(inputs)
    .state(state)
    .step("first", code.double, n("input"))
    .step("second", code.add, n("first"), { retry: { attempts: 2 }, timeout: "10s" })
    .step("last", code.tell, n("second")),
  join: flow("join")
    .input(inputs)
    .state(state)
    .merge({ n: "sum" })
    .step("left", code.double, n("input"))
    .step("right", code.add, n("input"))
    .step("both", code.sum, ({ left, right }) => ({ left, right })),
  loop: flow("loop")
    .input(inputs)
    .state(state)
    .step("begin", code.double, n("input"))
    .step("work", code.work, { on: or("begin", "again") })
    .router("check", code.check, { on: "work", routes: ["again", "done"] })
    .step("end", code.total, { on: "done" }),
  approve: flow("approve")
    .input(inputs)
    .step("first", code.double, n("input"))
    .router("put", code.put, { on: "first", routes: ["yes", "no"] })
    .step("end", code.tell, n("first"), { on: and("first", "yes") }),
  skip: flow("skip")
    .input(inputs)
    .state(state)
    .step("first", code.add, n("input"))
    .step("large", code.double, n("first"), { when: ({ state }) => state.n > 5 })
    .step("larger", code.double, n("large"))
    .step("told", code.tell, n("first")),
};

const classes = { chain: Chain, join: Join, loop: Loop, approve: Approve, skip: Skip };
const names = Object.keys(classes) as (keyof typeof classes)[];

/** By flow: the classes of its doors. */
const doors = new Map<string, Readonly<Record<string, DefinedFlow>>>();

beforeAll(async () => {
  const file = fileURLToPath(new URL("fixtures/doors.yaml", import.meta.url));
  const document = await loadDocument(file).catch((error) => expect.fail(formatProblems(error)));
  for (const name of names)
    doors.set(name, {
      class: classes[name] as unknown as DefinedFlow,
      builder: built[name].toClass() as unknown as DefinedFlow,
      document: document.flows[name]!,
    });
});

/** What a door's run tells and comes to, but for when and under which id. */
async function story(Door: DefinedFlow, given: N) {
  const events: object[] = [];
  const persistence = new MemoryPersistence();
  const flow = new Door({ persistence });
  flow.events.on("*", (event: FlowEvent) => {
    const { at: _, runId: __, ...told } = JSON.parse(JSON.stringify(event));
    delete told.durationMs;
    delete told.id;
    events.push(told);
  });
  const id = "run";
  await flow.kickoff(given, { id });
  const { output, outputs, state } = await finish(flow, id);
  return { events, output, outputs, state };
}

/** Says yes to whatever is asked, until the run has completed. */
async function finish(flow: InstanceType<DefinedFlow>, id: string) {
  for (;;) {
    const result = await flow.resume(id);
    if (result.status === "completed") return result;
    const [question] = (await flow.runs.questions({ runId: id })).questions;
    await flow.runs.answer(question!.id, { outcome: "yes" });
  }
}

describe.each(names)("%s", (name) => {
  test("has one plan", () => {
    const { class: byClass, builder, document } = doors.get(name)!;
    const plan = byClass!.plan();
    expect(builder!.plan()).toEqual(plan);
    expect(document!.plan()).toEqual(plan);
  });

  test("written down by any door and read again, has that plan too", async () => {
    const { class: byClass, ...others } = doors.get(name)!;
    const plan = byClass!.plan();
    for (const Door of [byClass!, ...Object.values(others)]) {
      const data = Door.toDefinition();
      const when = data.steps.filter((step) => step.when).map((step) => [step.name, () => true]);
      const steps = data.steps.map((step) => [step.name, () => undefined]);
      const read = await fromDefinition(JSON.parse(JSON.stringify(data)), {
        steps: Object.fromEntries(steps),
        when: Object.fromEntries(when),
      });
      expect(read.plan()).toEqual(plan);
      expect(read.toDefinition()).toEqual(data);
    }
  });

  test.each([1, 4])("tells the same and comes to the same end, given %d", async (given) => {
    const { class: byClass, builder, document } = doors.get(name)!;
    const expected = await story(byClass!, { n: given });
    expect(expected.output).toBeDefined();
    expect(await story(builder!, { n: given })).toEqual(expected);
    expect(await story(document!, { n: given })).toEqual(expected);
  });

  test("begun through one door and cut off at any commit, goes on through any other", async () => {
    const all = Object.values(doors.get(name)!);
    for (const Begun of all) {
      const persistence = new MemoryPersistence();
      const first = new Begun({ persistence });
      await first.kickoff({ n: 4 }, { id: "run" });
      const expected = await finish(first, "run");
      const history = await first.runs.history("run");
      expect(history.length).toBeGreaterThan(3);
      for (const { seq } of history) {
        for (const Other of all) {
          const other = new Other({ persistence });
          const { id } = await other.runs.fork("run", { at: seq });
          const result = await finish(other, id);
          expect(result.output).toEqual(expected.output);
          expect(result.state).toEqual(expected.state);
        }
      }
    }
  });
});
