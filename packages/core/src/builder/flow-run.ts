/** A run as `flow.run()` tells of it: for each step what it began with, what it brought bit by bit, and how it came out. */
import type { StepCall } from "../definition/index.js";
import type { ErrorData } from "../errors/index.js";
import type { FlowPlan, PlanNode } from "../plan/index.js";
import type { FlowEvent, FlowEventOf, ParentCall } from "../ports/index.js";
import type { FlowEvents, FlowLike, RunResult, RunStream } from "../runtime/index.js";
import { hearingParams } from "./heard-params.js";

interface EventOf<T extends string> {
  readonly type: T;
  readonly runId: string;
  /** Flow and step, `"ingest.parse"`; inside of a flow that is a step `"ingest.sub.parse"`; a step's second call `"ingest.parse#2"`. */
  readonly path: string;
  /** Absent for the flow itself. */
  readonly step?: string;
  /** Position among the step's calls in its run, from 1. */
  readonly number?: number;
  /** Of a step that is called per element: the position of the element, from 0. */
  readonly index?: number;
}

export type FlowRunEvent =
  | (EventOf<"START"> & {
      /** Of the flow its inputs; of a step what it is given, or where its `when` says no, what called it hands over. */
      readonly input: unknown;
      /** ms since the epoch */
      readonly t0: number;
    })
  | (EventOf<"CHUNK"> & { readonly chunk: unknown; readonly t0: number })
  | (EventOf<"OUTPUT"> & {
      /**
       * `retrying`: this attempt failed, and there will be another. `aborted`: it has lost a race. Of the flow also `cancelled`,
       * `waiting` (for people or signals) and `stopped` (to be resumed).
       */
      readonly status:
        | "completed"
        | "failed"
        | "skipped"
        | "retrying"
        | "aborted"
        | "cancelled"
        | "waiting"
        | "stopped";
      readonly input?: unknown;
      readonly output?: unknown;
      readonly error?: ErrorData;
      /** Of a step that was skipped: what did not occur that it waits for; nothing where its own `when` said no. */
      readonly because?: readonly string[];
      /** ms since the epoch; of a step that never began the time at which that was known. */
      readonly t0: number;
      readonly t1: number;
      /** What it has used, by name, where it said so. */
      readonly usage?: Readonly<Record<string, number>>;
    });

/** A run that is watched. Events from before the loop begins are kept for it; leaving the loop does not cancel the run. */
export interface FlowRun<F extends FlowLike> extends AsyncIterable<FlowRunEvent> {
  readonly id: string;
  /** As `complete` would have answered. */
  readonly result: Promise<RunResult<F>>;
  /** Cancels the run; resolves when it has come to rest. */
  cancel(reason?: string): Promise<void>;
}

export function watchRun<F extends FlowLike>(begin: () => RunStream<F>, { events, plan, planOf }: Watched): FlowRun<F> {
  const params: CallParams = new Map();
  let id: string | undefined;
  const leave = events.around((call, run) => {
    // until the stream is there, it is this run alone that begins
    if (id !== undefined && call.runId !== id && !call.runId.startsWith(`${id}/`)) return run();
    hearingParams(call, (given) => params.set(callKey(call), given), run);
  });
  const stream = begin();
  id = stream.id;
  stream.result.then(leave, leave);
  return {
    id: stream.id,
    result: stream.result,
    cancel: (reason) => stream.cancel(reason),
    async *[Symbol.asyncIterator]() {
      const teller = new RunTeller({ plan, planOf }, params);
      for await (const event of stream) yield* teller.tell(event);
    },
  };
}

interface Plans {
  readonly plan: () => FlowPlan;
  /** That of a run inside of it; undefined: not known any more. */
  readonly planOf: (runId: string) => Promise<FlowPlan | undefined>;
}

interface Watched extends Plans {
  readonly events: FlowEvents;
}

/** What calls were given, until it is told. */
type CallParams = Map<string, unknown>;

const callKey = ({ runId, step, number, attempt }: Pick<StepCall, "runId" | "step" | "number" | "attempt">): string =>
  `${number}/${attempt} ${step} ${runId}`;

interface Began {
  readonly input: unknown;
  readonly t0: number;
}

/** What has come about in one run: steps that were called, and names that have occurred. */
interface Seen {
  readonly called: Set<string>;
  readonly occurred: Set<string>;
}

class RunTeller {
  readonly #plans: Plans;
  readonly #params: CallParams;
  readonly #began = new Map<string, Began>();
  /** By run, of the flow and of those that run inside of it, until they have ended. */
  readonly #seen = new Map<string, Seen>();
  /** Of flows inside of it, by name. */
  readonly #inner = new Map<string, FlowPlan>();

  constructor(plans: Plans, params: CallParams) {
    this.#plans = plans;
    this.#params = params;
  }

  async *tell(event: FlowEvent): AsyncGenerator<FlowRunEvent, void> {
    if (event.type.startsWith("run.")) {
      if (event.type === "run.completed") yield* this.#neverCalled(event, await this.#planOf(event));
      if (!event.path) yield* this.#flow(event);
      return;
    }
    const { runId } = event;
    if (event.type === "route.taken") this.#of(runId).occurred.add(event.label);
    if (!("number" in event)) return;
    const { step, number } = event;
    const index = "index" in event ? event.index : undefined;
    const path = pathOf(event, { step, number });
    const about = { runId, path, step, number, ...(index !== undefined && { index }) };
    switch (event.type) {
      case "step.started": {
        this.#of(runId).called.add(step);
        const input = this.#takeInput(event);
        this.#began.set(path, { input, t0: event.at });
        return yield { type: "START", ...about, input, t0: event.at };
      }
      case "output.chunk":
        return yield { type: "CHUNK", ...about, chunk: event.chunk, t0: event.at };
      case "step.completed":
        this.#of(runId).occurred.add(step);
        return yield { ...this.#end(event, about, "completed"), output: event.output };
      case "step.skipped":
        this.#of(runId).called.add(step);
        return yield { ...this.#end(event, about, "skipped"), because: [] };
      case "step.failed":
        return yield { ...this.#end(event, about, "failed"), error: event.error };
      case "step.retrying":
        return yield { ...this.#end(event, about, "retrying"), error: event.error };
      case "step.aborted":
        return yield this.#end(event, about, "aborted");
    }
  }

  #of(runId: string): Seen {
    const seen = this.#seen.get(runId) ?? { called: new Set(), occurred: new Set() };
    this.#seen.set(runId, seen);
    return seen;
  }

  async #planOf({ runId, flow, path }: FlowEvent): Promise<FlowPlan | undefined> {
    if (!path) return this.#plans.plan();
    const known = this.#inner.get(flow) ?? (await this.#plans.planOf(runId));
    if (known) this.#inner.set(flow, known);
    return known;
  }

  #takeInput(event: FlowEventOf<"step.started">): unknown {
    const key = callKey(event);
    const input = this.#params.has(key) ? this.#params.get(key) : event.payload;
    this.#params.delete(key);
    return input;
  }

  *#flow(event: FlowEvent): Iterable<FlowRunEvent> {
    const { runId, flow: path, at } = event;
    const about = { runId, path };
    switch (event.type) {
      case "run.started":
        this.#began.set(path, { input: event.inputs, t0: at });
        return yield { type: "START", ...about, input: event.inputs, t0: at };
      case "run.completed":
        return yield { ...this.#end(event, about, "completed"), output: event.output };
      case "run.failed":
        return yield { ...this.#end(event, about, "failed"), error: event.error };
      case "run.cancelled":
        return yield this.#end(event, about, "cancelled");
      case "run.waiting":
        return yield this.#end(event, about, "waiting");
      case "run.stopped":
        return yield this.#end(event, about, "stopped");
    }
  }

  /** Steps of a run that nothing has called: each with what it waits for in vain. */
  *#neverCalled(event: FlowEvent, plan: FlowPlan | undefined): Iterable<FlowRunEvent> {
    const { runId, at } = event;
    const { called, occurred } = this.#of(runId);
    this.#seen.delete(runId);
    for (const { name: step, entries } of plan?.steps ?? []) {
      if (called.has(step)) continue;
      const waits = entries.flatMap(({ alternatives }) => alternatives.flatMap(({ node }) => namesIn(node, plan!)));
      const because = [...new Set(waits.filter((name) => !occurred.has(name)))];
      const path = pathOf(event, { step, number: 1 });
      yield { type: "OUTPUT", runId, path, step, status: "skipped", because, t0: at, t1: at };
    }
  }

  #end<A extends object, S extends string>(event: FlowEvent, about: A & { readonly path: string }, status: S) {
    const { input, t0 = event.at } = this.#began.get(about.path) ?? {};
    this.#began.delete(about.path);
    const usage = "usage" in event ? (event.usage as Readonly<Record<string, number>>) : undefined;
    const more = { ...(input !== undefined && { input }), ...(usage && { usage }) };
    return { type: "OUTPUT" as const, ...about, status, ...more, t0, t1: event.at };
  }
}

interface Place {
  readonly step: string;
  readonly number: number;
}

function pathOf(
  { flow, path = [] }: { readonly flow: string; readonly path?: readonly ParentCall[] },
  last: Place,
): string {
  return [
    path[0]?.flow ?? flow,
    ...[...path, last].map(({ step, number }) => (number > 1 ? `${step}#${number}` : step)),
  ].join(".");
}

function namesIn(node: PlanNode, { steps, labels, signals }: FlowPlan): readonly string[] {
  if (node.kind !== "leaf") return node.of.flatMap((inner) => namesIn(inner, { steps, labels, signals } as FlowPlan));
  const { trigger } = node;
  if (trigger.kind === "label") return [labels[trigger.label]!.name];
  return [trigger.kind === "signal" ? signals[trigger.signal]! : steps[trigger.step]!.name];
}
