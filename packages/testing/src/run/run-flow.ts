import { type Duration, FlowEvents, type FlowLike, type FlowPersistence, MemoryPersistence } from "millrace";
import { VirtualClock } from "../clock/virtual-clock.js";
import type { Answers } from "../kit/answers.js";
import { type FlowMaker, type Inputs, makeFlow, planOf } from "../kit/flow-maker.js";
import type { FlowRun, Verbs } from "../kit/flow-run.js";
import { type Replacements, replacing } from "../kit/replacements.js";
import { SignalPlan, type Signals } from "../kit/signals.js";
import { RunDrive } from "./run-drive.js";
import { StepWatch } from "./step-watch.js";

export interface RunFlowOptions<F> {
  /** What `kickoff` is given. */
  readonly inputs?: Inputs<F>;
  /** What runs in place of steps, by name: `{ async fetch(url) { return "…"; } }`. `this` is the flow. */
  readonly replace?: Replacements<F>;
  /** Sent to the run. What is never sent is waited for. */
  readonly signals?: Signals;
  /** Given to what steps ask. What has no answer is waited for, or its time passes. */
  readonly answers?: Answers;
  /** @default a new one */
  readonly clock?: VirtualClock;
  /** @default in memory */
  readonly persistence?: FlowPersistence;
  /** The run's id. @default a new one */
  readonly id?: string;
  /** As `kickoff` takes it. */
  readonly timeout?: Duration;
  readonly maxCalls?: number;
  /** As in `new Flow({ strict })`. @default true */
  readonly strict?: boolean;
}

/**
 * Runs a flow to its end, by a clock that jumps: while steps work it stands still, and when all that goes on waits for it (sleeps,
 * retries) it goes to the next of these. A run that fails or waits is answered as it is; what has nothing to do with the run
 * (inputs that do not fit, a plan with problems) is thrown.
 *
 * @param flow The class, or a function that makes the flow: `(options) => new Review(api, options)`
 * @throws {FlowError} TEST_OPTION_INVALID – an option names a step or a signal that the flow does not have
 * @throws {FlowError} RUN_INPUTS_INVALID – the inputs do not fit
 * @throws {FlowError} PLAN_INVALID – the class has plan problems
 *
 * @example
 * const run = await runFlow(Review, {
 *   inputs: { topic: "rivers" },
 *   replace: { research: () => ({ facts: ["wet"] }) },
 *   signals: { legal: { ok: true } },
 * });
 * assert.equal(run.status, "completed");
 */
export async function runFlow<F extends FlowLike>(
  flow: FlowMaker<F>,
  options: RunFlowOptions<NoInfer<F>> = {},
): Promise<FlowRun<F>> {
  const { inputs, replace, signals, answers, id, timeout, maxCalls, strict = true } = options;
  const { clock = new VirtualClock(), persistence = new MemoryPersistence() } = options;
  const watch = new StepWatch();
  let replaced: ReturnType<typeof replacing> | undefined;
  const events = new FlowEvents();
  const driven = makeFlow(flow, {
    persistence,
    events,
    clock,
    strict,
    ...(maxCalls !== undefined && { maxCalls }),
    harness: (step, code, of) => watch.watching(replaced!(step, code, of)),
  });
  const plan = planOf(driven);
  replaced = replacing(replace, plan);
  const drive = new RunDrive(driven as unknown as Verbs, {
    signals: new SignalPlan(signals, plan),
    answers,
    clock,
    persistence,
    watch,
  });
  const start = { ...(id !== undefined && { id }), ...(timeout !== undefined && { timeout }) };
  return (await drive.run(inputs, start)) as unknown as FlowRun<F>;
}
