/** One flow as a class, with the builder, as a document, and as data. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadDocument } from "@millrace/document";
import {
  and,
  type DefinedFlow,
  Flow,
  flow,
  fromDefinition,
  listen,
  orElse,
  outcomeOf,
  ref,
  repeated,
  router,
  settled,
  signal,
  start,
} from "millrace";
import { z } from "zod";
import { act, grow, innerFlows, sprout, turn } from "../fixtures/random-steps.js";
import { boundTools } from "./bound-tools.js";
import { projectOf } from "./project.js";
import { oddSource, type RandomFlow, type RandomStep } from "./random-flows.js";

const inputs = z.object({ n: z.int() });
const state = z.object({ n: z.int().default(0) });
const twig = z.object({ n: z.number(), door: z.number() });
const leaf = z.object({ n: z.number() });

const codeFile = fileURLToPath(new URL("../fixtures/random-steps.ts", import.meta.url));
const code = `export * from ${JSON.stringify(codeFile)};`;

const rounds = (step: RandomStep) => ({ while: (_: unknown, round: number) => round < step.does.rounds, max: 5 });
/** What implements a step. */
const workOf = (step: RandomStep) => (step.does.rounds > 0 ? repeated(turn as never, rounds(step)) : act) as typeof act;
const Go = signal("go", z.int());

const retryOf = ({ does }: RandomStep) => (does.fails === "first" ? { retry: { attempts: 2, delay: 0 } } : {});
const routesOf = ({ does }: RandomStep) => [`${does.step}_even`, `${does.step}_odd`];

function asked(step: RandomStep, n: number, read: (name: string) => any): boolean {
  const source = oddSource(step);
  return source ? (read(source).v % 2 === 1) === step.when!.odd : n >= step.when!.over;
}

const hears = (flow: RandomFlow) => flow.some(({ sources }) => sources.some(({ name }) => name === "go"));

export function asClass(flow: RandomFlow): DefinedFlow {
  class Random extends Flow {}
  Object.assign(Random, { flowName: "random", inputs, state, merge: { n: "sum" } });
  for (const step of flow) addMethod(Random.prototype, step);
  return Random as never;
}

/** What decorators do that stand on a method of a class, as TypeScript's own dialect calls them. */
function addMethod(prototype: object, step: RandomStep): void {
  const { does, sources, when } = step;
  const read = (payload: any, name: string) => (sources.length === 1 ? payload : payload[name]);
  function method(this: object, payload: any) {
    const from: Record<string, unknown> = sources.length === 0 ? { n: payload.n } : {};
    for (const { name, as } of sources) {
      const found = read(payload, name);
      from[name] = as === "default" ? (found.status === "completed" ? found.value : "none") : found;
    }
    return workOf(step)({ does, from }, boundTools(this));
  }
  Object.defineProperty(prototype, does.step, { value: method, writable: true, configurable: true });
  const options: any = {
    ...retryOf(step),
    ...(when && { when: (own: any, payload: any) => asked(step, own.n, (name) => read(payload, name)) }),
  };
  const leaves: any[] = sources.map(({ name, as }) =>
    name === "go" ? Go : as === "needed" ? name : settled(name as never),
  );
  const condition = leaves.length > 1 ? (and as any)(...leaves) : leaves[0];
  const routes = { routes: routesOf(step) };
  const decorators: any[] = !condition
    ? [start(options), ...(does.routes ? [(router as any)(routes)] : [])]
    : [does.routes ? (router as any)(condition, { ...options, ...routes }) : listen(condition, options)];
  const descriptor = Object.getOwnPropertyDescriptor(prototype, does.step)!;
  for (const decorate of decorators) decorate(prototype, does.step, descriptor);
}

export function asBuilder(made: RandomFlow): DefinedFlow {
  let built: any = flow("random").input(inputs).state(state).merge({ n: "sum" });
  if (hears(made)) built = built.signal(Go);
  for (const step of made) {
    const { does, sources, when } = step;
    const refs = () => ({ does, from: sources.length === 0 ? { n: ref("input.n") } : fromSources(sources) });
    const options = {
      ...retryOf(step),
      ...(when && { when: (values: any) => asked(step, values.state.n, (name) => values[name]) }),
      ...(does.routes && { routes: routesOf(step) }),
    };
    const run = workOf(step);
    built = does.routes ? built.router(does.step, run, refs, options) : built.step(does.step, run, refs, options);
  }
  return built.toClass();
}

const fromSources = (sources: RandomStep["sources"]) =>
  Object.fromEntries(
    sources.map(({ name, as }) => {
      const to = ref(name);
      return [name, as === "needed" ? to : as === "default" ? orElse(to, "none") : outcomeOf(to)];
    }),
  );

/** What a builder's flow says as plain data, read again. */
export async function asData(made: RandomFlow): Promise<DefinedFlow> {
  const data = JSON.parse(JSON.stringify(asBuilder(made).toDefinition()));
  const named = (steps: RandomFlow, of: (step: RandomStep) => unknown) =>
    Object.fromEntries(steps.map((step) => [step.does.step, of(step)]));
  const asks = (step: RandomStep) => (state: any, payload: any) =>
    asked(step, state.n, (name) => (step.sources.length === 1 ? payload : payload[name]));
  const when = named(
    made.filter((step) => step.when),
    asks,
  );
  return fromDefinition(data, { steps: named(made, workOf), when } as never);
}

export async function asDocument(made: RandomFlow): Promise<DefinedFlow> {
  const words = { needed: (name: string) => name, default: (name: string) => `orElse(${name}, "none")` };
  const text = { ...words, outcome: (name: string) => `outcomeOf(${name})` };
  const steps = made.map((step) => {
    const { does, sources, when } = step;
    const source = oddSource(step);
    const from = Object.fromEntries(sources.map(({ name, as }) => [name, `{{ ${text[as](name)} }}`]));
    return {
      id: does.step,
      type: "code",
      run: does.rounds > 0 ? "./code.ts#turn" : "./code.ts#act",
      ...(does.rounds > 0 && { repeat: { while: `round < ${does.rounds}`, max: 5 } }),
      after: [],
      with: { does, from: sources.length === 0 ? { n: "{{ input.n }}" } : from },
      ...(when && { when: source ? `(int(${source}.v) % 2 == 1) == ${when.odd}` : `state.n >= ${when.over}` }),
      ...retryOf(step),
      ...(does.routes && { routes: routesOf(step) }),
    };
  });
  const stateFields = { n: { type: "int", default: 0 } };
  const flow = { id: "random", inputs: { n: "int" }, state: stateFields, merge: { n: "sum" }, steps };
  const signals = hears(made) && { signals: { go: "int" } };
  return (await loaded([{ ...flow, ...signals }])).random!;
}

async function loaded(flows: readonly object[]) {
  const root = projectOf({ "flow.json": JSON.stringify({ flows }), "code.ts": code });
  return (await loadDocument(join(root, "flow.json"))).flows;
}

class Twig extends Flow<typeof Twig> {
  static flowName = "twig";
  static inputs = twig;
  @start() grow(given: { n: number; door: number }) {
    return grow(given, boundTools(this));
  }
}

class Leaf extends Flow<typeof Leaf> {
  static flowName = "leaf";
  static inputs = leaf;
  @start() sprout(given: { n: number }) {
    return sprout(given, boundTools(this));
  }
}

/** From now on steps find the flows that they run, each door's beside the others'; `shift` turns the doors. */
export async function innerFlowsOfAllDoors(): Promise<{ shift: number }> {
  const inner = await loaded([
    {
      id: "twig",
      inputs: { n: "number", door: "number" },
      steps: [{ id: "grow", type: "code", run: "./code.ts#grow" }],
    },
    { id: "leaf", inputs: { n: "number" }, steps: [{ id: "sprout", type: "code", run: "./code.ts#sprout" }] },
  ]);
  const doors: Record<string, readonly unknown[]> = {
    twig: [Twig, flow("twig").input(twig).step("grow", grow).toClass(), inner.twig],
    leaf: [Leaf, flow("leaf").input(leaf).step("sprout", sprout).toClass(), inner.leaf],
  };
  const turn = { shift: 0 };
  (globalThis as never as Record<symbol, unknown>)[innerFlows] = (name: string, door: number) =>
    doors[name]![(door + turn.shift) % 3];
  return turn;
}
