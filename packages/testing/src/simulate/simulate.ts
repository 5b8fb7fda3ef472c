import { type DeepReadonly, FlowError, type FlowLike } from "millrace";
import { coverage, type FlowCoverage } from "../coverage/coverage.js";
import type { Answers } from "../kit/answers.js";
import type { FlowMaker, Inputs } from "../kit/flow-maker.js";
import type { FlowRun } from "../kit/flow-run.js";
import type { Replacements } from "../kit/replacements.js";
import type { Signals } from "../kit/signals.js";
import { Explorer, type Failure } from "./explorer.js";
import { pathText, readPath } from "./path-plan.js";
import type { Scenario } from "./scenario.js";
import { shortened } from "./shorten.js";

export interface SimulateOptions<F extends FlowLike> {
  /** What `kickoff` is given. */
  readonly inputs?: Inputs<F>;
  /** What runs in place of steps, as in `runFlow`. */
  readonly replace?: Replacements<F>;
  /** Sent at any moment after the start, or after a step; functions are asked when the run waits. */
  readonly signals?: Signals;
  /** Given at any moment after a question was asked. */
  readonly answers?: Answers;
  /** Called before every path: to reset what lies outside of the flow. */
  readonly setup?: () => unknown;
  /** Looks at how a path came out; throws when it is wrong. Absent: no path may fail. */
  readonly check?: (run: FlowRun<F>) => unknown;
  /** Looks at the state after every commit of every path; throws when it is wrong. */
  readonly invariant?: (state: DeepReadonly<F["state"]>) => unknown;
  /** Paths at most. @default 500 */
  readonly runs?: number;
  /** Crashes of one path at most; 0: none. @default 2 */
  readonly crashes?: number;
  /** Whether a path must come out the same with crashes as without, in status, output and state. @default true */
  readonly sameAfterCrash?: boolean;
  /** What chance goes by where there are more paths than `runs`. @default 1 */
  readonly seed?: number;
  /** Walks only this path: what a failed simulation has printed. */
  readonly replay?: string;
  readonly maxCalls?: number;
  /** As in `new Flow({ strict })`. @default true */
  readonly strict?: boolean;
}

/** What a simulation has seen. */
export interface Simulation {
  /** Paths walked. */
  readonly paths: number;
  /** Of these, without a crash: the orders in which things can happen. */
  readonly orders: number;
  /** Of these, with one or more. */
  readonly crashed: number;
  /** Whether these were all there are. */
  readonly exhaustive: boolean;
  readonly seed: number;
  /** The edges of the plan that were taken on any of them. */
  readonly coverage: FlowCoverage;
}

/**
 * Walks the paths that a flow can take: every order in which calls can run and end, signals, answers and time can come, and a crash
 * before and after every commit, of the process that goes on too. All of them where that is no more than `runs`, else a choice by
 * chance that `seed` repeats. On each path: `check` and `invariant` hold; nothing that has committed runs again; and with crashes it
 * comes out as without.
 *
 * @param flow The class, or a function that makes the flow: `(options) => new Review(api, options)`
 * @throws {FlowError} SIMULATION_FAILED – a path is wrong; the message tells what happened on it, and the text that replays it
 * @throws {FlowError} SIMULATION_NOT_REPEATABLE – the same choices did not lead to the same
 * @throws {FlowError} SIMULATION_STUCK – a step does not return, and nothing else is left to happen
 * @throws {FlowError} TEST_OPTION_INVALID – an option names a step or a signal that the flow does not have
 *
 * @example
 * const { paths, exhaustive } = await simulate(Order, {
 *   inputs: { item: "lamp" },
 *   setup: () => shop.reset(),
 *   check: () => assert.equal(shop.charges, 1),
 * });
 */
export async function simulate<F extends FlowLike>(
  flow: FlowMaker<F>,
  options: SimulateOptions<NoInfer<F>> = {},
): Promise<Simulation> {
  const { inputs, replace, signals, answers, setup, check, invariant, maxCalls, strict = true } = options;
  const { runs = 500, crashes = 2, seed = 1, sameAfterCrash = true, replay } = options;
  const seen = coverage(flow);
  const hear = seen.hear;
  const scenario: Scenario<unknown> = { flow, inputs, replace, signals, answers, setup, maxCalls, strict, hear };
  const judge = { check: check as ((run: FlowRun<F>) => unknown) | undefined, invariant, sameAfterCrash };
  const newExplorer = () => new Explorer<F>(scenario, judge, { runs, crashes, seed });
  const explorer = newExplorer();
  await (replay === undefined ? explorer.explore() : explorer.replay(readPath(replay)));
  if (explorer.failure) throw failed(await shortened(explorer.failure, newExplorer), explorer);
  const { paths, orders, crashed, exhaustive } = explorer;
  return { paths, orders, crashed, exhaustive: exhaustive && replay === undefined, seed, coverage: seen };
}

function failed({ plan, wrong, outcome }: Failure, { paths }: { readonly paths: number }): FlowError {
  const replay = pathText(plan);
  const { lines } = outcome;
  const listed = lines.map((line) => `\n    ${line}`).join("");
  return new FlowError(
    "SIMULATION_FAILED",
    `On path ${paths} of the simulation: ${wrong.message}\n  what happened:${listed}`,
    {
      hint: `Walk this path alone by simulate(…, { …, replay: "${replay}" }).`,
      details: { replay, path: lines },
      ...(wrong.cause !== undefined && { cause: wrong.cause }),
    },
  );
}
